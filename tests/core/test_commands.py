"""What agents tell, read from notes, tags and drop-downs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import Comment, EventKind, Party
from plugin.core.commands import LOOKED_AT, MOST_COMMANDS, Command, Word, heard, read
from plugin.core.conduct import Commands
from plugin.core.model import Severity
from plugin.core.names import Names
from tests.core.samples import NOON, event

ZONE = ZoneInfo("Europe/Lisbon")
TERMS = Commands(told_by="command")
NAMES = Names(groups={}, people={"7": "ana"}, fields={"command": "360001"}, zone=ZONE)


def told(line: str) -> Command:
    return read(line, by="ana", by_id="7", zone=ZONE)


def of_note(text: str, **more: Any) -> tuple[Command, ...]:
    said = Comment(id="1", at=NOON, by=Party.AGENT, author_id="7", text=text, **{"public": False, **more})
    return heard(event(EventKind.COMMENT_ADDED, comment=said, actor=Party.AGENT, actor_id="7"), TERMS, NAMES, ZONE)


def of_tag(tag: str) -> tuple[Command, ...]:
    added = event(EventKind.TAGS_CHANGED, current=frozenset({tag, "vip"}), previous=frozenset({"vip"}), actor_id="7")
    return heard(added, TERMS, NAMES, ZONE)


LENGTHS = {
    "2h": timedelta(hours=2),
    "4H": timedelta(hours=4),
    "for 2d": timedelta(days=2),
    "3 hours": timedelta(hours=3),
    "1 hour": timedelta(hours=1),
    "2 hrs": timedelta(hours=2),
    "30min": timedelta(minutes=30),
    "30 min": timedelta(minutes=30),
    "for 45 minutes": timedelta(minutes=45),
    "2 days": timedelta(days=2),
    "2 Weeks": timedelta(weeks=2),
    "1h30m": timedelta(minutes=90),
    "1 h 30 min": timedelta(minutes=90),
    "1.5h": timedelta(minutes=90),
    "90 days": timedelta(days=90),
}


@pytest.mark.parametrize("text", LENGTHS)
@pytest.mark.parametrize("reason", ["", "parts are late", "2 parts are late"])
def test_a_length_is_read_as_people_write_it(text: str, reason: str) -> None:
    waits = told(f"wait vendor {text} {reason}")

    assert (waits.problem, waits.lasting, waits.until, waits.reason) == (None, LENGTHS[text], None, reason)


INSTANTS = {
    "until 2026-11-27 14:00": datetime(2026, 11, 27, 14, 0, tzinfo=UTC),
    "until 2026-11-27 9:00": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "until 2026-11-27T09:00": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "till 2026-11-27 at 9:00": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    "until 2026-11-27": datetime(2026, 11, 28, tzinfo=UTC),
    "2026-07-27": datetime(2026, 7, 27, 23, 0, tzinfo=UTC),
}


@pytest.mark.parametrize("text", INSTANTS)
@pytest.mark.parametrize("reason", ["", "parts are late", "9 parts are late"])
def test_a_day_lasts_until_its_end_and_an_hour_may_have_one_digit(text: str, reason: str) -> None:
    waits = told(f"wait customer {text} {reason}")

    assert (waits.problem, waits.lasting, waits.until, waits.reason) == (None, None, INSTANTS[text], reason)


@pytest.mark.parametrize("word", ["wait vendor", "snooze"])
@pytest.mark.parametrize(
    "text",
    [
        "until tomorrow 10:00",
        "until friday",
        "tomorrow",
        "next week",
        "until 31.01.2027",
        "31.01.2027",
        "until 2026-02-31",
        "until 2026-11-27 25:00",
        "until 2026-11-27 9:00pm",
        "until 2026-11-27 9:00 pm",
        "until 2026-11-27 9am",
        "until 2026-11-27 at 9",
        "until 9999-12-31",
        "until 9999-12-31 23:59",
        "until 0001-01-01",
        "1h30",
        "2 fortnights",
        "for two hours",
        "-2h",
        "0h",
        "91 days",
        "for 3650d",
        "999999999 weeks 999999999 weeks",
    ],
)
def test_what_begins_like_a_time_and_is_none_is_told(word: str, text: str) -> None:
    command = told(f"{word} {text}")

    assert command.problem
    assert (command.until, command.lasting) == (None, None)


@pytest.mark.parametrize("text", ["", "parts are late", "for parts"])
def test_a_reason_alone_leaves_the_time_to_the_policy(text: str) -> None:
    waits = told(f"wait vendor {text}")

    assert (waits.problem, waits.until, waits.lasting, waits.reason) == (None, None, None, text)


def test_a_snooze_needs_a_time() -> None:
    assert "how long?" in (told("snooze please").problem or "")


@pytest.mark.parametrize("text", ["sev1", "sev 1", "SEV1:", "Sev1,", "sev-1 -", "severity 1"])
def test_a_severity_is_read_as_people_write_it(text: str) -> None:
    request = told(f"request {text} 3 checkouts are down")

    assert (request.severity, request.reason) == (Severity.SEV1, "3 checkouts are down")


def test_a_severity_that_is_none_is_told() -> None:
    assert "sev9" in (told("request sev9 checkout is down").problem or "")
    assert told("request several checkouts are down").reason == "several checkouts are down"


@pytest.mark.parametrize(
    ("rest", "amount", "reason"),
    [
        ("120 EUR wrong item", 120, "120 EUR wrong item"),
        ("1,200.50 wrong item", 1200.5, "1,200.50 wrong item"),
        ("wrong item", None, "wrong item"),
        ("3 wrong items", 3, "3 wrong items"),
    ],
)
def test_an_exception_keeps_its_amount_and_reason(rest: str, amount: float | None, reason: str) -> None:
    wanted = told(f"exception Refund: {rest}")

    assert (wanted.problem, wanted.exception, wanted.amount, wanted.reason) == (None, "refund", amount, reason)


SPELLINGS = [
    "/esc ack",
    "/ESC Ack",
    "/esc\u00a0ack",
    "/esc\tack",
    "/esc: ack",
    "/esc:ack",
    "/ esc ack",
    "  /esc   ack.  ",
    "/esc ack!",
    "- /esc ack",
    "* /esc ack",
    "2. /esc ack",
    "`/esc ack`",
    "**/esc ack**",
    "**/esc** ack",
    "\u200b/esc \u200back",
    "/esc acknowledge",
]


@pytest.mark.parametrize("line", SPELLINGS)
def test_a_line_is_a_command_however_it_is_set(line: str) -> None:
    (command,) = of_note(f"On it.\n{line}\nMore later.")

    assert (command.word, command.problem, command.by) == (Word.ACKNOWLEDGE, None, "ana")


@pytest.mark.parametrize("line", ["/esc-ack", "/escack", "/esc_ack", "/ESC-Ack please"])
def test_a_word_glued_to_the_prefix_is_told_back(line: str) -> None:
    (command,) = of_note(line)

    assert command.word is None
    assert 'did you mean "/esc ack"?' in (command.problem or "")


@pytest.mark.parametrize(
    "line", ["/escape", "/escalation/rules.html", "esc ack", "see a/esc ack", "/acknowledge", "/", ""]
)
def test_other_lines_are_no_commands(line: str) -> None:
    assert of_note(line) == ()


@pytest.mark.parametrize(
    "text",
    [
        "ok\n> /esc deescalate a duplicate",
        "ok\n\nOn Thu, Nov 26, 2026 at 3:00 Ana Lima <ana@acme.test> wrote:\n/esc deescalate a duplicate",
        "ok\n\n-----Original Message-----\nFrom: Ana\n/esc deescalate a duplicate",
    ],
)
def test_nobody_commands_by_a_mail_that_is_quoted(text: str) -> None:
    assert of_note(text) == ()


def test_what_stands_below_a_quotation_is_obeyed() -> None:
    assert [one.word for one in of_note("> please look\n/esc ack")] == [Word.ACKNOWLEDGE]


def test_of_one_comment_only_so_many_commands_are_read() -> None:
    commands = of_note("/esc ack\n" * 500)

    assert [one.word for one in commands] == [*[Word.ACKNOWLEDGE] * MOST_COMMANDS, None]
    assert "the rest is not" in (commands[-1].problem or "")


def test_what_is_beyond_the_bound_is_told_once() -> None:
    began = time.perf_counter()
    commands = of_note("/esc ack\n" + "word " * LOOKED_AT + "\n/esc resolve" * 9)
    quiet = of_note("/esc ack\n" + "On 1 @ " * 150_000)

    assert [one.word for one in commands] == [Word.ACKNOWLEDGE, None]
    assert [one.word for one in quiet] == [Word.ACKNOWLEDGE]
    assert time.perf_counter() - began < 1


TAGS = {
    "esc_ack": "ack",
    "esc_acknowledge": "ack",
    "esc_hand_off": "handoff",
    "esc_hand-off": "handoff",
    "esc_de_escalate_duplicate": "deescalate",
    "esc_opt_out": "optout",
    "esc_wait_vendor_2d": "wait",
    "esc_waiting_customer": "wait",
    "esc_request_sev_1_down": "request",
}


@pytest.mark.parametrize(("tag", "word"), TAGS.items())
def test_synonyms_work_as_tags(tag: str, word: str) -> None:
    (command,) = of_tag(tag)

    assert (command.word, command.problem, command.tag) == (Word(word), None, tag)


@pytest.mark.parametrize(
    "tag", ["esc", "esc_", "esc_sev1", "esc_awaiting_ack", "esc_in_progress", "esc_gold", "esc_acks", "ack"]
)
def test_a_tag_that_is_no_command_is_left_alone(tag: str) -> None:
    assert of_tag(tag) == ()


@pytest.mark.parametrize("value", ["esc_ack", "ack", "acknowledge", "esc ack"])
def test_a_drop_down_tells_a_command(value: str) -> None:
    chosen = event(EventKind.FIELD_CHANGED, changed="fields.360001", current=value, actor_id="7")

    (command,) = heard(chosen, TERMS, NAMES, ZONE)
    assert (command.word, command.field_id) == (Word.ACKNOWLEDGE, "360001")


@given(
    st.sampled_from([word.value for word in Word]),
    st.text(max_size=60),
    st.sampled_from(["", "until ", "vendor until ", "9"]),
)
def test_whatever_is_told_is_read(word: str, rest: str, before: str) -> None:
    command = told(f"{word} {before}{rest}")

    assert command.until is None or 2000 <= command.until.year < 2201
    assert command.lasting is None or timedelta() < command.lasting <= timedelta(days=90)
