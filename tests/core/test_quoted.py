"""What of a message its writer wrote."""

from __future__ import annotations

import pytest

from plugin.core.texts.quoted import parted

HEADERS = [
    "On Thu, Nov 26, 2026 at 3:00 AM Acme Support <support@acme.test> wrote:",
    "On Thu, Nov 26, 2026 at 3:00 AM Acme Support Team <support@acme.test>\nwrote:",
    "El jue, 26 nov 2026 a las 3:00, Acme (<support@acme.test>) escribió:",
    "Le jeu. 26 nov. 2026 à 03:00, Acme <support@acme.test> a écrit :",
    "Am Do., 26. Nov. 2026 um 03:00 Uhr schrieb Acme <support@acme.test>:",
    "Em qui., 26 de nov. de 2026 às 03:00, Acme <support@acme.test> escreveu:",
    "Il giorno gio 26 nov 2026 alle ore 03:00 Acme <support@acme.test> ha scritto:",
    "Op do 26 nov 2026 om 03:00 schreef Acme <support@acme.test>:",
    "-----Original Message-----",
    "---- Ursprüngliche Nachricht ----",
    "From: Acme Support\nSent: Thursday, 26 November 2026\nTo: Cora Nunes\nSubject: Does it work?",
    "Von: Acme\nGesendet: Donnerstag\nAn: Cora\nBetreff: Geht es?",
]


@pytest.mark.parametrize("header", HEADERS)
def test_nothing_below_a_mails_header_is_the_writers(header: str) -> None:
    found = parted(f"Yes\n\n{header}\n> Does it work?\n")

    assert (found.own, found.below) == (("Yes", ""), ())


@pytest.mark.parametrize("header", HEADERS)
def test_what_is_not_quoted_below_a_header_may_be_anybodys(header: str) -> None:
    assert parted(f"Yes\n{header}\n> Does it work?\nIt broke again").below == ("It broke again",)


def test_what_stands_below_a_quotation_is_the_writers_again() -> None:
    assert parted("Yes\n> Does it work?\n  >> really?\nBut slowly").own == ("Yes", "But slowly")


@pytest.mark.parametrize(
    "text",
    [
        "On my side it works since 9:00",
        "On 26 November he wrote: it works",
        "From: here it is fine",
        "---",
        "-------- 5 --------",
        "A colleague wrote:",
        "On 2 of my machines it failed",
    ],
)
def test_what_only_looks_like_a_header_is_none(text: str) -> None:
    assert parted(f"{text}\nand so on").own == (text, "and so on")


def test_a_line_above_a_header_stays_the_writers() -> None:
    text = "On Monday the 5th it broke again\nOn Thu, Nov 26, 2026 Acme <support@acme.test> wrote:"

    assert parted(text).own == ("On Monday the 5th it broke again",)
