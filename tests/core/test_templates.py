"""Texts of the policy: a ticket's words are values and never run, a hostile template gets an error and no time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plugin.core.templates import (
    FAILURES,
    LONGEST,
    SAMPLE,
    Rendered,
    instant,
    mistakes,
    one_line,
    render,
    render_or_fallback,
)
from plugin.core.texts.template_filters import FILTERS
from plugin.core.texts.template_safety import LONGEST_SOURCE, MOST_LINES, MOST_STEPS
from plugin.core.texts.template_values import VALUES

HOSTILE = {
    "class of a tuple": "{{ ().__class__ }}",
    "class of a value": "{{ ticket.__class__.__mro__ }}",
    "class by item": "{{ ''['__class__'].__base__.__subclasses__() }}",
    "globals of a method": "{{ because.__init__.__globals__ }}",
    "attribute filter": "{{ ''|attr('__class__') }}",
    "format filter": "{{ '%999999999s'|format(1) }}",
    "format method": "{{ '{0.__class__.__mro__}'.format(ticket) }}",
    "arguments from a list": "{{ 'x'|replace(*because) }}",
    "method of a list": "{{ because.append('more') }}",
    "method of a mapping": "{{ ticket.items }}",
    "underscore": "{{ _hidden }}",
    "the template itself": "{{ self }}",
    "function of Jinja": "{{ lipsum(n=1000) }}",
    "long range": "{{ range(10**9) }}",
    "long multiplication": "{{ 'x' * 10**9 }}",
    "high power": "{{ 9**9**9 }}",
    "concatenation": "{{ ticket.subject ~ ticket.subject }}",
    "loop in a loop": "{% for a in because %}{% for b in because %}x{% endfor %}{% endfor %}",
    "recursive loop": "{% for a in because recursive %}{{ loop(because) }}{% endfor %}",
    "loop over a slice": "{% for a in because[1:] %}x{% endfor %}",
    "loop over a list of its own": "{% for a in ['x', 'y'] %}x{% endfor %}",
    "loop over letters": "{% for a in ticket.subject %}x{% endfor %}",
    "loop with two names": "{% for a, b in because %}x{% endfor %}",
    "loop with a condition": "{% for a in because if a %}x{% endfor %}",
    "recursive macro": "{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}",
    "call block": "{% call x() %}{% endcall %}",
    "set": "{% set x = 1 %}",
    "set block": "{% set x %}{{ owner.name }}{% endset %}",
    "include": "{% include 'x' %}",
    "import": "{% import 'x' as x %}",
    "extends": "{% extends 'x' %}",
    "block": "{% block a %}{% endblock %}",
    "with": "{% with a = 1 %}{% endwith %}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "autoescape": "{% autoescape true %}x{% endautoescape %}",
    "mapping": "{{ {'a': 1} }}",
    "list of values": "{{ [ticket.id, ticket.id] }}",
    "negative": "{{ -1 }}",
    "division by zero": "{{ 1 / 0 }}",
    "unknown test": "{{ ticket.id is divisibleby(0) }}",
    "huge decimal": "{{ " + "9" * 15_000 + " }}",
    "huge hexadecimal": "{{ 0x" + "f" * 15_000 + " }}",
    "infinite": "{{ 1e999 }}",
    "a megabyte": "x" * 1_000_000,
    "a megabyte of braces": "{{" * 500_000,
    "10,000 parentheses": "{{ " + "(" * 10_000 + "1" + ")" * 9_000 + " }}",
    "20,000 parentheses": "{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}",
    "thousands of not": "{{ " + "not " * 2_000 + "1 }}",
    "thousands of or": "{{ 1" + " or 1" * 1_000 + " }}",
    "thousands of filters": "{{ 'a'" + "|upper" * 1_000 + " }}",
    "thousands of dots": "{{ because" + ".a" * 2_000 + " }}",
    "thousands of comparisons": "{{ 1" + " == 1" * 2_600 + " }}",
    "hundreds of ifs": "{% if 1 %}" * 900 + "{% endif %}" * 800,
    "many unknown names": "".join(f"{{{{ n{i} }}}}" for i in range(500)),
    "long name": "{{ " + "a" * 19_000 + " }}",
    "open comments": "{#" * 9_000,
    "open tags": "{%" * 9_000,
    "open raw": "{% raw %}" * 2_000,
    "costly loop": "{% for a in because %}" + "{% if because|join|title == 'x' %}a{% endif %}" * 100 + "{% endfor %}",
    "zero bytes": "\x00{{ \x00 }}",
}

#: Values as large as no ticket has them.
LARGE = {
    "ticket": {"subject": "x" * 1_000_000},
    "because": ["ab " * 10_000] * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_template_is_a_mistake(text: str) -> None:
    told = mistakes(text)

    assert 1 <= len(told) <= 10
    assert max(map(len, told)) < 400


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_template_does_not_render_either(text: str) -> None:
    with pytest.raises(FAILURES):
        render(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a'" + "|replace('a', 'aaaaaaaaaaaaaaaa')" * 20 + " }}",
        "{{ ticket.subject|replace('', 'xxxxxxxx')|replace('x', 'xxxxxxxx') }}",
        "{{ because|join('x')|title|replace('a', ticket.subject) }}",
        "{% for a in because %}{{ because|join|title }}{% endfor %}",
        "{% for a in because %}" + "{% if because|join|title == 'x' %}a{% endif %}" * 2 + "{% endfor %}end",
        "{% for a in because %}{{ a }}{{ because }}{% endfor %}",
        "{{ because }}" * 500,
        "{{ '" + "ß" * 19_000 + "'|upper|upper }}",
        " " * 19_000 + "{{ because }}",
    ],
)
def test_what_a_template_may_do_is_bounded_in_size(text: str) -> None:
    assert len(render(text, LARGE)) <= LONGEST


def test_a_text_that_is_cut_shows_it() -> None:
    text = render("{{ because }}", LARGE)

    assert (len(text), render("{{ because }}{{ because }}", LARGE)[-1]) == (LONGEST, "…")


def test_a_loop_ends_after_a_hundred_lines() -> None:
    lines = [str(i) for i in range(500)]

    assert render("{% for a in because %}{{ a }} {% endfor %}", {"because": lines}).split() == lines[:MOST_LINES]


def test_what_stands_in_a_loop_counts_as_often_as_it_runs() -> None:
    parts = MOST_STEPS // MOST_LINES

    assert mistakes("{{ owner.name }}" * parts) == []
    assert "too much" in mistakes("{% for a in because %}" + "{{ owner.name }}" * parts + "{% endfor %}")[0]


def test_a_source_is_bounded() -> None:
    assert mistakes("x" * LONGEST_SOURCE) == []
    assert mistakes("x" * (LONGEST_SOURCE + 1)) == ["line 1: 20001 characters; a template has at most 20000"]


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7 * 7 }}",
        "{% for x in y %}",
        "{# gone #}",
        "{{ owner.name",
        "{{{{ticket}}}}",
        "{% raw %}",
        "{{ ticket.requester.email }}",  # Liquid
        "{%- include 'x' -%}",
        "<script>alert(1)</script>&amp;",
        "[~accountid:1] {color:red}",
        "{0.__class__} %s %(a)s ${a} {owner}",
        "\\{\\{ 1 }}",
    ],
)
@pytest.mark.parametrize(
    "text", ["{{ ticket.subject }}", "{{ because|join }}", "{% for a in because %}{{ a|trim }}{% endfor %}"]
)
def test_a_tickets_words_never_run(words: str, text: str) -> None:
    assert render(f"About: {text}", {"ticket": {"subject": words}, "because": [words]}) == f"About: {words}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ ticket.subjct }}", 'line 1: unknown value "ticket.subjct"; did you mean "ticket.subject"?'),
        ("\n\n{{ tikcet.subject }}", 'line 3: unknown value "tikcet.subject"; did you mean "ticket.subject"?'),
        ("{{ owner.name|uper }}", 'line 1: unknown filter "uper"; did you mean "upper"?'),
        ("{{ owner.name is defind }}", 'line 1: unknown test "defind"; did you mean "defined"?'),
        ("{{ owner.name", "line 1: unexpected end of template, expected 'end of print statement'."),
        ("{% if %}", "line 1: Expected an expression, got 'end of statement block'"),
        ("{% do it %}", "line 1: Encountered unknown tag 'do'."),
        ("{{ 5|length }}", "line 1: length counts the characters of a text or the lines of a list"),
        ("a\n{{ ticket.id < 3 }}", "line 2: '<' not supported between instances of 'str' and 'int'"),
        ("{{ owner.name|upper(1) }}", 'line 1: filter "upper" takes 0 values in brackets, found 1'),
        ("{{ owner.name|replace('a') }}", 'line 1: filter "replace" takes 2 values in brackets, found 1'),
        ("{{ because|join(1, 2) }}", 'line 1: filter "join" takes 0 or 1 values in brackets, found 2'),
        ("{{ owner['name'] }}", "line 1: brackets are not for a template; write owner.name"),
        ("{{ owner.name.first }}", "line 1: owner.name has no parts; write it alone"),
        ("{{ owner }}", "line 1: owner has parts; write one of: owner.name"),
        (
            "{% for a in owner %}{% endfor %}",
            "line 1: owner is no list; a loop goes through: ticket.attachments, because, remedies",
        ),
        (
            "{% for a in becuse %}{% endfor %}",
            'line 1: unknown value "becuse"; did you mean "because"?',
        ),
        (
            "{% for reason in because %}{{ raeson }}{% endfor %}",
            'line 1: unknown value "raeson"; did you mean "reason"?',
        ),
        (" \n", "the text is empty"),
    ],
)
def test_a_mistake_is_told_in_an_admins_words(text: str, told: str) -> None:
    assert mistakes(text) == [told]


@pytest.mark.parametrize("text", ["{{ zzz }}", "{{ zzz|upper }}", "{% if zzz %}x{% endif %}", "{{ 'x'|default(zzz) }}"])
def test_a_mistake_without_a_near_word_names_what_may_be_used(text: str) -> None:
    (told,) = mistakes(text)

    assert [name for name in VALUES if name not in told] == []


def test_every_mistake_of_a_text_is_told_each_once() -> None:
    told = mistakes("{{ ticket.subjct }}{{ ticket.subjct }}\n{{ owner.nam }}")

    assert [line.partition(";")[0] for line in told] == [
        'line 1: unknown value "ticket.subjct"',
        'line 2: unknown value "owner.nam"',
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{% if ticket.priority == 'low' %}{{ nobody }}{% endif %}", '"nobody"'),
        ("{% if ticket.priority == 'low' %}{% else %}{{ owner.nmae }}{% endif %}", '"owner.nmae"'),
        ("{% for a in because %}{% else %}{{ a }}{% endfor %}", '"a"'),
        ("{{ owner.nmae|default('') }}", '"owner.nmae"'),
    ],
)
def test_a_mistake_is_found_in_a_branch_the_sample_does_not_take(text: str, named: str) -> None:
    (told,) = mistakes(text)

    assert f"unknown value {named}" in told


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("plain", "plain"),
        ("{% for line in because %}- {{ line }}\n{% endfor %}", "- one\n- two"),
        ("{% for line in because %}{{ loop.index }}/{{ loop.length }} {% endfor %}", "1/2 2/2"),
        ("{% for line in because %}{{ line }}{% if not loop.last %}; {% endif %}{% endfor %}", "one; two"),
        ("{{ because }}", "one, two"),
        ("{{ because|join(' and ') }}, {{ because|length }}", "one and two, 2"),
        ("{{ because|first }} {{ because|last|upper }}", "one TWO"),
        ("{% if ticket.status in ['new', 'open'] and not ticket.url %}yes{% endif %}", "yes"),
        ("{% if ticket.id == '2' %}a{% elif ticket.id == '1' %}b{% else %}c{% endif %}", "b"),
        ("{{ 'a' if ticket.url else 'b' }}", "b"),
        ("{{ ticket.url|default('no address') }}", "no address"),
        ("{{ owner.name is defined }} {{ ticket.id is none }}", "True False"),
        ("{{ owner.name|lower|capitalize|trim|truncate(3) }}", "Ow…"),
        ("{{ owner.name|truncate('x') }}{{ owner.name|truncate }}", "…Owner"),
        ("{{ \"it's a day\"|title|replace('Day', 'night') }}", "It's A night"),
        ("{{ 'abc'|first }}{{ 'abc'|last }}{{ ''|first }}{{ 'abc'|length }}", "ac3"),
        ("{# not seen #}{% raw %}{{ kept }}{% endraw %}", "{{ kept }}"),
    ],
)
def test_a_sound_template_does_what_it_says(text: str, rendered: str) -> None:
    assert mistakes(text) == []
    assert render(text, {**SAMPLE, "because": ["one", "two"]}) == rendered


def test_nothing_is_written_for_a_value_that_is_none() -> None:
    assert render("a{{ ticket.id }}b{{ 3 }}", {"ticket": {"id": None}}) == "ab3"


def test_default_takes_a_value_that_is_missing_at_any_depth() -> None:
    assert render("{{ case.issue.name|default('?') }}", {"case": {}}) == "?"


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("value", [None, 3, True, "", "text", [], ["a", None, 3]])
def test_a_filter_takes_any_value(name: str, value: object) -> None:
    known = FILTERS[name]
    if name == "length" and not isinstance(value, (str, list)):
        with pytest.raises(ValueError, match="length counts"):
            known.run(value)
    else:
        assert known.run(value, *["x"] * known.most) is not NotImplemented


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n{{ ticket.gone }}", 'template "handover": UndefinedError in line 2'),
        ("{{ gone }}", 'template "handover": UndefinedError in line 1'),
        ("{{ ticket.id < 3 }}", 'template "handover": TypeError in line 1'),
        ("{{ ticket.id|length }}", 'template "handover": ValueError in line 1'),
        ("{{ owner.name", 'template "handover": UnsafeTemplate'),
        ("{% if ticket.subject == 'x' %}never{% endif %}", 'template "handover": came out empty'),
    ],
)
def test_a_template_that_fails_never_drops_the_message(text: str, problem: str) -> None:
    done = render_or_fallback(text, {"ticket": {"id": object(), "subject": "secret"}}, "plain", name="handover")

    assert done == Rendered(text="plain", problem=problem)


def test_a_template_that_works_needs_no_other_text() -> None:
    def never() -> str:
        raise AssertionError("asked for the plain text")

    assert render_or_fallback("{{ owner.name }}", SAMPLE, never) == Rendered(text="Owner")
    assert render_or_fallback("{{ zzz }}", SAMPLE, lambda: "x" * 30_000).text == "x" * (LONGEST - 1) + "…"


def test_neither_what_goes_out_nor_a_value_shows_in_a_log() -> None:
    values = {"ticket": {"subject": "secret"}}

    assert "secret" not in repr(render_or_fallback("{{ ticket.subject }}", values, ""))
    assert "secret" not in repr(render_or_fallback("{{ ticket.subject < 3 }}", values, "secret"))


@pytest.mark.parametrize(
    ("words", "line"),
    [("a\n b\t c", "a b c"), ("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…"), ("", "")],
)
def test_a_tickets_words_become_one_bounded_line(words: str, line: str) -> None:
    assert one_line(words) == line


def test_an_instant_is_written_in_the_policys_zone() -> None:
    assert instant(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), ZoneInfo("Europe/Lisbon")) == "2026-07-01 13:00 WEST"
    assert instant(None, ZoneInfo("UTC")) == ""
