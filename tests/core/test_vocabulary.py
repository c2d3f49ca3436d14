"""The starter words: they find what tells of a risk, in every language, and leave ordinary tickets alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from plugin.core.texts.mentions import Matcher, mistake, parts
from plugin.core.vocabulary import VOCABULARY, resolve, words_of

LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "nl")
SENTENCES: dict[str, Any] = json.loads((Path(__file__).parent / "data/risk_sentences.json").read_text("utf-8"))
ORDINARY = [sentence for sentences in SENTENCES["ordinary"].values() for sentence in sentences]
#: Words that stand in too many tickets to tell anything.
VAGUE = frozenset(
    re.findall(
        r"\w+",
        "account bank card case charge complaint contract court customer danger data delivery error help issue law"
        " money order password payment police privacy problem refund return risk safety subscription urgent wrong",
    )
)


@pytest.mark.parametrize("name", VOCABULARY)
def test_every_class_has_its_words_in_every_language(name: str) -> None:
    assert tuple(VOCABULARY[name]) == LANGUAGES
    assert [language for language, words in VOCABULARY[name].items() if not 30 <= len(words) <= 80] == []


@pytest.mark.parametrize("name", VOCABULARY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_can_be_found_and_is_there_once(name: str, language: str) -> None:
    words = VOCABULARY[name][language]

    assert [told for word in words if (told := mistake(word))] == []
    assert [word for word in words if word != " ".join(word.split()).lower() or word in VAGUE] == []
    assert len({parts(word) for word in words}) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_in_one_class_only(language: str) -> None:
    words = [parts(word) for by_language in VOCABULARY.values() for word in by_language[language]]

    assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.parametrize("name", VOCABULARY)
@pytest.mark.parametrize("languages", [None, LANGUAGES], ids=["all languages", "each language alone"])
def test_the_words_tell_risk_from_everyday(name: str, languages: tuple[str, ...] | None) -> None:
    matchers = {language: Matcher(words_of(name, languages and [language])) for language in LANGUAGES}
    risky = [(language, text) for language, texts in SENTENCES["risky"][name].items() for text in texts]
    everyday = [(language, text) for language, texts in SENTENCES["ordinary"].items() for text in texts]

    missed = [text for language, text in risky if not matchers[language].find(text)]
    wrong = [(text, found) for language, text in everyday if (found := matchers[language].find(text))]

    hits = len(risky) - len(missed)
    precision, recall = hits / max(hits + len(wrong), 1), hits / len(risky)
    assert (missed, wrong) == ([], []), f"precision {precision:.2f}, recall {recall:.2f}"


def test_there_are_enough_sentences_of_both_kinds() -> None:
    risky = [s for by_language in SENTENCES["risky"].values() for texts in by_language.values() for s in texts]

    assert SENTENCES["risky"].keys() == VOCABULARY.keys()
    assert all(tuple(by_language) == LANGUAGES for by_language in SENTENCES["risky"].values())
    assert len(ORDINARY) >= len(risky) >= 100
    assert len({*risky, *ORDINARY}) == len(risky) + len(ORDINARY)


def test_most_sentences_tell_of_one_risk_only() -> None:
    matchers = {name: Matcher(words_of(name)) for name in VOCABULARY}
    told = [
        (name, {other for other, matcher in matchers.items() if matcher.find(text)})
        for name, by_language in SENTENCES["risky"].items()
        for texts in by_language.values()
        for text in texts
    ]

    assert sum(found == {name} for name, found in told) / len(told) > 0.95


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("safety", ["smoke", "caught fire", "overheated", "electric shock", "burned"]),
        ("payment", ["charged twice", "double charge", "chargeback", "unauthorised payment"]),
    ],
)
def test_the_words_of_the_example_policy_are_among_them(name: str, words: list[str]) -> None:
    matcher = Matcher(words_of(name, ["en"]))

    assert [word for word in words if not matcher.find(word)] == []


def test_words_are_those_of_the_languages_named() -> None:
    assert words_of("safety", ["nl"]) == VOCABULARY["safety"]["nl"]
    assert words_of("safety", []) == ()
    assert set(map(parts, words_of("safety", ["pt", "en"]))) < set(map(parts, words_of("safety")))
    assert words_of("safety", ["nl", "nl"]) == words_of("safety", ["nl"])


@pytest.mark.parametrize(
    ("name", "languages", "told"),
    [
        ("saftey", None, 'unknown vocabulary "saftey"; did you mean "safety"?'),
        ("safety", ["ent"], 'unknown language "ent"; did you mean "en"?'),
        ("safety", ["en", "xx"], 'unknown language "xx"; known: de, en, es, fr, it, nl, pt'),
    ],
)
def test_an_unknown_name_is_told_with_the_near_word(name: str, languages: list[str] | None, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("?", r"\?")):
        words_of(name, languages)


def resolved(value: dict[str, object]) -> tuple[tuple[str, ...], list[str]]:
    """Return the words, and what was said."""
    said: list[str] = []
    return resolve(value, lambda where, message: said.append(f"{where}: {message}"), "value"), said


def test_a_policy_takes_adds_and_leaves_out() -> None:
    words, said = resolved(
        {
            "vocabulary": "safety",
            "languages": ["en"],
            "add": ["Sharp edge*", "SMOKE!"],
            "except": ["Overheat*", "burned"],
        }
    )

    assert said == []
    assert set(words) == {*VOCABULARY["safety"]["en"], "Sharp edge*"} - {"overheat*", "burned"}
    assert resolved({"vocabulary": "payment"}) == (words_of("payment"), [])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, 'value.vocabulary: unknown vocabulary "None"'),
        ({"vocabulary": "saftey"}, 'value.vocabulary: unknown vocabulary "saftey"; did you mean "safety"?'),
        ({"vocabulary": ["safety"]}, "value.vocabulary: unknown vocabulary \"['safety']\""),
        ({"vocabulary": "safety", "languages": ["eng"]}, 'value.languages: unknown language "eng"; did you mean "en"?'),
        ({"vocabulary": "safety", "languages": "en"}, "value.languages: expected a list of texts"),
        ({"vocabulary": "safety", "add": [3]}, "value.add: expected a list of texts"),
        ({"vocabulary": "safety", "add": ["?"]}, 'value.add: "?" has no letter and no digit'),
        ({"vocabulary": "safety", "add": ["a*"]}, 'value.add: "a*" in "a*" finds too much'),
        ({"vocabulary": "safety", "except": ["smoek"]}, 'value.except: unknown word "smoek"; did you mean "smoke"?'),
        ({"vocabulary": "safety", "excpt": []}, 'value.excpt: unknown key "excpt"; did you mean "except"?'),
        (
            {"vocabulary": "safety", "languages": ["nl"], "except": VOCABULARY["safety"]["nl"]},
            "value: no words are left",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(value: dict[str, object], told: str) -> None:
    _, said = resolved(value)

    (message,) = said
    assert message.startswith(told)
