"""Words and phrases found in a text: whole, whatever their case, accents and punctuation, in one pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.core.texts.mentions import LONGEST_TEXT, MOST_PARTS, Matcher, folded, mistake, parts, tokens
from tests.core.counting import steps_of


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("fire", "FIRE!"),
        ("caught fire", "It caught -- fire."),
        ("caught fire", "caught\n\tfire"),
        ("charged twice", "I was Charged, TWICE!"),
        ("cafe", "the Café"),
        ("café", "the cafe"),
        ("café", "the cafe\u0301"),
        ("straße", "Strasse"),
        ("strasse", "Straße"),
        ("brûlé", "BRULE"),
        ("œuvre", "oeuvre"),
        ("øre", "ore"),
        ("\u0131\u015f\u0131k", "isik"),
        ("İzmir", "izmir"),
        ("fire", "\ufb01re"),  # one character for two letters
        ("fire", "\uff46\uff49\uff52\uff45"),  # as wide as Chinese
        ("overheated", "over\u00adheated"),
        ("overheated", "over\u200bheated"),
        ("won't stop", "it won\u2019t stop"),
        ("e-mail", "E mail"),
        ("GDPR", "gdpr"),
        ("24/7", "24 7"),
        ("fire", "_fire_"),
        ("overheat*", "overheating"),
        ("overheat*", "overheat"),
        ("überhitz*", "Uberhitzung"),
        ("threat* to sue", "threatening to sue"),
        ("to sue*", "to sued"),
        ("пожар*", "ПОЖАРА"),
        ("火 事", "火、事"),
        ("가스", "가스!"),
    ],
)
def test_a_word_is_found(word: str, text: str) -> None:
    assert Matcher([word]).find(f"so {text} then") == (word,)
    assert Matcher([word]).find(text) == (word,)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("fire", "fired"),
        ("fire", "campfire"),
        ("charged twice", "overcharged twice"),
        ("charged twice", "charged it twice"),
        ("charged twice", "twice charged"),
        ("charged twice", "charged"),
        ("overheat*", "no heat over here"),
        ("overheat*", "over heating"),
        ("to sue*", "to"),
        ("", "anything"),
        ("*", "anything"),
        ("?!", "anything ?!"),
        ("fire", ""),
        ("か", "が"),
    ],
)
def test_another_word_is_not_found(word: str, text: str) -> None:
    assert Matcher([word]).find(text) == ()


def test_what_is_told_are_the_policys_words_in_its_order_each_once() -> None:
    matcher = Matcher(["Smoked*", "fire", "caught fire", "FIRE", "burnt", "fire"])

    assert matcher.find("fire! it caught fire, fire and smoking") == ("fire", "caught fire", "FIRE")
    assert matcher.find("smoked") == ("Smoked*",)


def test_a_text_is_looked_at_up_to_its_bound() -> None:
    matcher = Matcher(["fire"])

    assert matcher.find("x" * (LONGEST_TEXT - 5) + " fire") == ("fire",)
    assert matcher.find("x" * LONGEST_TEXT + " fire") == ()


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("", '"" has no letter and no digit'),
        ("* !", '"* !" has no letter and no digit'),
        ("ab*", '"ab*" in "ab*" finds too much'),
        ("set on fi*", '"fi*" in "set on fi*" finds too much'),
        ("a " * 13, "is longer than 12 words"),
    ],
)
def test_a_word_that_finds_nothing_or_too_much_is_a_mistake(word: str, told: str) -> None:
    assert told in (mistake(word) or "")


@pytest.mark.parametrize("word", ["fire", "abc*", "set on fire*", "a " * 12, "GDPR", "7"])
def test_a_word_that_finds_something_is_none(word: str) -> None:
    assert mistake(word) is None


# -- against a plain reading of the rules ------------------------------------------------------------------------------


def _plainly(words: list[str], text: str) -> tuple[str, ...]:
    """Look for each word at each place."""
    said = tokens(text)
    found = []
    for word in dict.fromkeys(words):
        wanted = parts(word)[:MOST_PARTS]
        places = range(len(said) - len(wanted) + 1)
        if wanted and any(all(map(_fits, wanted, said[at : at + len(wanted)])) for at in places):
            found.append(word)
    return tuple(found)


def _fits(part: str, token: str) -> bool:
    return token.startswith(part[:-1]) if part.endswith("*") else token == part


_WORDS = ["a", "ab", "abc", "abcd", "b", "\u00c0", "\u00e9a", "-", "_", "*"]
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join)
_PHRASES = st.lists(st.sampled_from([*_WORDS, "a*", "abc*", "\u00e9*", "abcd*"]), max_size=4).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PHRASES, max_size=12), _TEXTS)
def test_the_fast_way_finds_what_the_plain_way_finds(words: list[str], text: str) -> None:
    assert Matcher(words).find(text) == _plainly(words, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_folding_is_done_after_once(text: str) -> None:
    assert tokens(folded(text)) == tokens(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_text_that_holds_a_word_mentions_it(before: str, word: str, after: str) -> None:
    plain = word.replace("*", "")

    assert Matcher([plain]).find(f"{before} {plain} {after}") == ((plain,) if parts(plain)[:MOST_PARTS] else ())


# -- work -------------------------------------------------------------------------------------------------------------


FEW, LARGE = ("and so on " + " ".join(f"other{i}" for i in range(n)) for n in (10, 8_000))


@pytest.mark.parametrize("words", [["fire"], ["caught fire"], ["overheat*"], ["so on", "so far", "and* then"]])
def test_what_a_matcher_does_does_not_grow_with_the_words_of_a_text_it_does_not_look_for(words: list[str]) -> None:
    matcher = Matcher(words)

    assert steps_of(lambda: matcher.find(LARGE)) == steps_of(lambda: matcher.find(FEW))


def test_what_a_matcher_does_does_not_grow_with_its_words_that_a_text_lacks() -> None:
    few, many = (Matcher(["so on", *(f"word{i}" for i in range(n))]) for n in (10, 5_000))

    assert steps_of(lambda: many.find(FEW)) == steps_of(lambda: few.find(FEW))


def test_a_phrase_whose_next_word_is_nowhere_is_not_followed_at_each_place() -> None:
    matcher = Matcher(["the order"])
    once, often = "the end", "the end " * 5_000

    assert steps_of(lambda: matcher.find(often)) == steps_of(lambda: matcher.find(once))


MANY = [f"word{i} next{i}{'*' * (i % 2)}" for i in range(500)] + [f"stem{i}*" for i in range(500)]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (MANY, "an ordinary sentence about a parcel; " * 1_800),
        (MANY, "uma frase vulgar sobre à encomenda, " * 1_800),
        (MANY, "".join(f"word{i} next{i} " for i in range(5_000))),
    ],
    ids=["plain", "accents", "many begin"],
)
def test_a_thousand_words_are_looked_for_in_one_pass(words: list[str], text: str) -> None:
    matcher = Matcher(words)

    assert steps_of(lambda: matcher.find(text[:65_536])) < 1_000_000


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (MANY, "\ufdfa" * (LONGEST_TEXT // 4)),  # eighteen letters each
        ([" ".join(["a"] * n) + " b" for n in range(1, 12)], "a " * 5_000),
    ],
    ids=["letters that unfold", "phrases that nearly fit everywhere"],
)
def test_the_worst_text_takes_no_time_that_matters(words: list[str], text: str) -> None:
    matcher = Matcher(words)

    assert steps_of(lambda: matcher.find(text)) < 5_000_000
