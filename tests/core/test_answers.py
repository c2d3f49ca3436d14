"""What a customer's answer says."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core.answers import Answer, answer, only_thanks

YES = [
    "Yes",
    "YES",
    "yes!!",
    "Yeah",
    "it's fixed",
    "Yes, it's working now",
    "yes it works now",
    "Yes, it does, thank you",
    "Yes, thanks, it is working fine now",
    "It works again",
    "ok, it works",
    "No problem, it works",
    "No more problems, thanks",
    "Good morning, yes, it works.\nBest regards,\nCora",
    "Sim, obrigado!",
    "Sim, está a funcionar",
    "Tudo bem, obrigada",
    "Olá, sim, tudo bem",
    "Sí, gracias",
    "Oui, merci beaucoup !",
    "Ja.",
    "Alles gut, danke",
    "Sì, ora funziona",
    "Ja, het werkt",
    "Yes\n> Does it work now?",
    "Yes\n-- \nCora Nunes\nAcme, 1 Long Street",
    "Yes\n\nCora Nunes",
    "Yes\n\nAna-Maria O'Brien",
    "Yes, it works\nKind regards,\nCora Nunes",
    "Yes\nThanks,\n\nCora",
    "Yes\n\nSent from my iPhone",
    "Yes\n\nGet Outlook for iOS",
    "Sim\n\nEnviado do meu iPhone",
    "Sí\n\nEnviado desde mi iPhone",
    "Ja\n\nVon meinem iPhone gesendet",
    "Oui\n\nEnvoyé de mon iPhone",
    "Sì\n\nInviato da iPhone",
    "Ja\n\nVerzonden vanaf mijn iPhone",
    "Yes\n\nOn Thu, Nov 26, 2026 at 3:00 AM Acme Support Team <support@acme.test>\nwrote:\n> Does it work now?",
    "Yes\n\n-----Original Message-----\nFrom: Acme\nSubject: Order\n> Does it work now?",
]
NO = [
    "No",
    "Hello, no.",
    "No, it's still broken",
    "No it isn't",
    "No, it is not working, thanks",
    "Doesn't work",
    "It doesn\u2019t work",
    "It doesnt work",
    "No. Still the same problem",
    "still not",
    "Não",
    "Não, continua sem funcionar",
    "No, no funciona",
    "Non, ça ne marche pas",
    "Nein, geht immer noch nicht",
    "No, non funziona",
    "Nee, het werkt niet",
]
UNCLEAR = [
    "",
    "Fixed?",
    "Solved?",
    "Works now???",
    "Yes? Really?",
    "Olá, tudo bem?",
    "Olá, tudo bem",
    "¿Todo bien?",
    "Hola, todo bien",
    "alles gut?",
    "Hallo, alles gut",
    "Ciao, tutto bene",
    "No, all good, thanks",
    "No thanks",
    "Nein danke",
    "Não, obrigado",
    "No, it works",
    "No, funciona",
    "Yes, but the second order never came",
    "Yes\n> Does it work now?\nNo wait, it broke again",
    "Yes\n\nOn Thu, Nov 26, 2026 at 3:00 AM Acme <support@acme.test> wrote:\n> Does it?\nNo wait, it broke again",
    "Yes\n\nBroken Again",
    "Yes\n\nSTILL BROKEN",
    "Yes\n\nBut Slowly",
    "Yes\n\nPartially",
    "Yes\n\nSometimes Worse",
    "Yes\n\nWorse",
    "Yes\nSent from my phone, which does not work",
    "Thank you",
    "Please!",
    "👍",
    "yes " * 200,
]


@pytest.mark.parametrize("text", YES)
def test_what_says_nothing_but_yes_is_a_yes(text: str) -> None:
    assert answer(text) is Answer.YES


@pytest.mark.parametrize("text", NO)
def test_what_says_nothing_but_no_is_a_no(text: str) -> None:
    assert answer(text) is Answer.NO


@pytest.mark.parametrize("text", UNCLEAR)
def test_anything_else_is_for_a_person(text: str) -> None:
    assert answer(text) is Answer.UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["Thank you very much!", "Hi team, thanks", "Muito obrigada pela ajuda", "Danke!\n\nCora Nunes", "Great, thanks"],
)
def test_thanks_are_only_thanks(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello??",
        "Hello",
        "Please!",
        "Hi team, please",
        "Best so far? a lot",
        "je u wel",
        "Thanks?",
        "Thanks but no",
        "",
    ],
)
def test_what_is_more_or_less_than_thanks_is_none(text: str) -> None:
    assert not only_thanks(text)


@pytest.mark.parametrize(
    "text", ["yes\n" * 250_000, "> " * 500_000, "On 1 " * 200_000, "\n" * 1_000_000, "Yes\n" + "-" * 10**6]
)
def test_a_megabyte_is_understood_at_once_as_nothing(text: str) -> None:
    began = time.perf_counter()

    assert answer(text) is Answer.UNCLEAR
    assert not only_thanks(text)
    assert time.perf_counter() - began < 1


@given(st.text(max_size=60), st.sampled_from(["Yes", "No", "Olá, tudo bem", "Thanks"]))
def test_a_question_answers_nothing(text: str, told: str) -> None:
    assert answer(f"{told}?{text}".replace("\n", " ")) is Answer.UNCLEAR
