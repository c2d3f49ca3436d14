"""The policy's templates by name and language, checked against every rule that uses them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from plugin.core.problems import Problem
from plugin.core.templates import SAMPLE
from plugin.core.texts.fallbacks import FALLBACKS, fallback
from plugin.core.texts.languages import nearest
from plugin.core.texts.texts import Texts, Use, check_uses, compile_texts
from tests.core.counting import steps_of

LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "nl")


def compiled(section: Mapping[str, object], default_language: str = "en") -> tuple[Texts, list[tuple[str, str]]]:
    """Return the texts, and what was said about them."""
    said: list[tuple[str, str]] = []
    return compile_texts(section, lambda where, message: said.append((where, message)), default_language), said


@pytest.mark.parametrize(
    ("given", "locale", "default", "chosen"),
    [
        (["en", "pt", "pt-BR"], "pt-BR", "en", "pt-BR"),
        (["en", "pt", "pt-BR"], "pt_br", "en", "pt-BR"),
        (["en", "pt", "pt_BR"], "PT-br", "en", "pt_BR"),
        (["en", "pt", "pt-BR"], "pt-AO", "en", "pt"),
        (["en", "pt-BR"], "pt", "en", "pt-BR"),
        (["en", "pt-BR"], "pt-PT", "en", "pt-BR"),
        (["en", "zh-Hant"], "zh-Hant-TW", "en", "zh-Hant"),
        (["en", "pt"], "fi", "pt", "pt"),
        (["en", "pt"], "fi", "pt-BR", "pt"),
        (["en", "pt"], None, "pt", "pt"),
        (["en", "pt"], "", "pt", "pt"),
        (["en", "pt"], "-", "pt", "pt"),
        (["de", "pt"], "fi", "en", "de"),
        (["en", "pt"], "p" * 100_000, "pt", "pt"),
        (["eng", "pt"], "en", "pt", "pt"),
        ([], "en", "en", None),
    ],
)
def test_the_nearest_language_is_chosen(given: list[str], locale: str | None, default: str, chosen: str | None) -> None:
    assert nearest(given, locale, default) == chosen


def test_a_text_alone_is_in_the_default_language() -> None:
    texts, said = compiled({"handover": "Olá"}, "pt")

    assert said == []
    assert texts.pick("handover", "en-US") == ("pt", "Olá")


def test_a_text_is_picked_with_its_language() -> None:
    texts, said = compiled({"told": {"en": "Hello", "pt": "Olá", "pt-BR": "Oi"}})

    assert said == []
    assert [texts.pick("told", locale) for locale in ("pt_BR", "pt-PT", "fr")] == [
        ("pt-BR", "Oi"),
        ("pt", "Olá"),
        ("en", "Hello"),
    ]


@pytest.mark.parametrize(
    ("given", "where", "message"),
    [
        ({}, "templates.a", "expected a text, or texts by language"),
        (3, "templates.a", "expected a text, or texts by language"),
        ({"english": "x"}, "templates.a.english", 'found "english", expected a language'),
        ({"pt-BR": "x", "pt_br": "y"}, "templates.a.pt_br", '"pt_br" and "pt-BR" are the same language'),
        ({"en": 3}, "templates.a.en", "expected a text"),
        ({"en": "", "pt": "x"}, "templates.a.en", "the text is empty"),
        ({"en": "x", "pt": "{{ ownr.name }}"}, "templates.a.pt", 'line 1: unknown value "ownr.name"'),
        ("{{ ownr.name }}", "templates.a", 'line 1: unknown value "ownr.name"'),
    ],
)
def test_a_mistake_is_told_with_its_place(given: object, where: str, message: str) -> None:
    _, said = compiled({"a": given})

    ((place, told),) = said
    assert place == where
    assert told.startswith(message)


def test_a_default_language_must_be_one() -> None:
    _, said = compiled({}, "english!")

    assert said == [("language", 'found "english!", expected a language such as "en" or "pt-BR"')]


def test_each_text_is_rendered_for_every_rule_that_uses_it() -> None:
    texts, said = compiled({"told": {"en": "By {{ case.next_update }}", "pt": "{{ owner.name }}"}})
    without = {**SAMPLE, "case": {}}
    uses = [
        Use(template="told", place="rules[0].changes.public_comment", values=SAMPLE),
        Use(template="told", place="rules[1].changes.public_comment", values=without),
        Use(template="told", place="rules[1].changes.public_comment", values=without),
        Use(template="told", place="matrix[0].changes.public_comment", values={}),
    ]

    found = check_uses(texts, uses)

    assert said == []
    assert [str(problem) for problem in found] == [
        'rules[1].changes.public_comment: template "told" in en: line 1: there is no value "next_update" here',
        'matrix[0].changes.public_comment: template "told" in en: line 1: there is no value "next_update" here',
        'matrix[0].changes.public_comment: template "told" in pt: line 1: there is no value "name" here',
    ]


class Lines(list[str]):
    """A list that counts how often a rendering takes it."""

    taken = 0

    def __getitem__(self, place: object) -> object:  # type: ignore[override]
        self.taken += 1
        return super().__getitem__(place)  # type: ignore[call-overload]


def test_a_text_is_rendered_once_for_all_uses_that_give_what_it_names_the_same_values() -> None:
    lines = Lines(["ticket.tags contains vip"])
    texts, _ = compiled(
        {
            "why": "{% for line in because %}{{ line }}{% endfor %} {% if case.severity == 'sev1' %}!{% endif %}",
            "who": {"en": "{{ rule.name }}", "pt": "{{ owner.name }}"},
        }
    )
    severities = ("sev1", "sev2", "sev1")
    uses = [
        Use(
            template=template,
            place=f"rules[{i}].internal_note",
            values={**SAMPLE, "because": lines, "rule": {"name": str(i)}, "case": {"severity": severities[i % 3]}},
        )
        for i in range(60)
        for template in ("why", "who")
    ]

    assert check_uses(texts, uses) == ()
    assert lines.taken == 2 + 60 + 1  # severities, names of rules, names of owners


def test_a_text_is_read_once_however_many_rules_use_it() -> None:
    texts, _ = compiled({"told": "Hello {{ owner.name }}"})
    one, many = ([Use(template="told", place=f"rules[{i}]", values=SAMPLE) for i in range(n)] for n in (1, 101))
    each = (steps_of(lambda: check_uses(texts, many)) - steps_of(lambda: check_uses(texts, one))) / 100

    assert each < steps_of(lambda: check_uses(texts, one)) / 5


def test_a_text_that_is_wrong_by_itself_is_told_once() -> None:
    texts, said = compiled({"told": "{{ ownr.name }}"})

    assert len(said) == 1
    assert check_uses(texts, [Use(template="told", place=f"rules[{i}]", values=SAMPLE) for i in range(3)]) == ()


def test_a_template_nobody_wrote_is_named_with_the_near_word() -> None:
    texts, _ = compiled({"handover": "x"})

    assert check_uses(texts, [Use(template="handovr", place="rules[0]", values={})]) == (
        Problem(where="rules[0]", message='unknown template "handovr"; did you mean "handover"?'),
    )


@pytest.mark.parametrize("kind", FALLBACKS)
def test_the_plain_texts_are_there_in_every_language(kind: str) -> None:
    assert tuple(FALLBACKS[kind]) == LANGUAGES

    for text in FALLBACKS[kind].values():
        first, *others = text.split("\n")
        assert "{" not in first
        assert all(line.count("{") == 1 for line in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_text_has_what_there_is(language: str) -> None:
    note = fallback("internal_note", language, SAMPLE)
    comment = fallback("public_comment", language, SAMPLE)

    assert note.count("\n") == 4
    assert [word for word in ("Owner", "sev1", "ticket.tags contains vip", "soon") if word not in note] == []
    assert "Owner" in comment
    assert "soon" in comment
    assert [word for word in ("sev1", "vip") if word in comment] == []


@pytest.mark.parametrize("values", [{}, {"owner": {"name": ""}, "case": "x", "because": []}, {"owner": {"name": 3}}])
def test_a_line_without_its_value_is_left_out(values: Mapping[str, object]) -> None:
    assert fallback("public_comment", "en-GB", values) == "We are looking after your request."


def test_a_plain_text_follows_the_reader_then_the_policy() -> None:
    assert fallback("public_comment", "fr_CA", {}).startswith("Nous")
    assert fallback("public_comment", "fi", {}, default_language="de").startswith("Wir")
    assert fallback("public_comment", None, {}).startswith("We")


def test_a_values_own_braces_stay() -> None:
    values = {"owner": {"name": "{next_update} {{ 7 }}"}, "case": {"next_update": "{owner}"}}

    assert "{next_update} {{ 7 }} is now" in fallback("public_comment", "en", values)
