"""Texts of the policy: a ticket's words are values and never run."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import TemplateError

from plugin.core.templates import LONGEST, SAMPLE, instant, mistakes, one_line, render


@pytest.mark.parametrize("words", ["{{ 7 * 7 }}", "{% for x in y %}", "{# gone #}", "{{ owner.name", "{{{{ticket}}}}"])
def test_a_tickets_words_never_run(words: str) -> None:
    assert render("About: {{ ticket.subject }}", {"ticket": {"subject": words}}) == f"About: {words}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ticket.__class__.__mro__ }}",
        "{{ because.__init__.__globals__ }}",
        "{{ ''['__class__'].__base__.__subclasses__() }}",
        "{{ ''|attr('__class__') }}",
        "{{ because.append('more') }}",
        "{{ '{0.__class__.__mro__}'.format(ticket) }}",
        "{{ range(10**9) }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(text: str) -> None:
    with pytest.raises((TemplateError, OverflowError)):
        render(text, SAMPLE)

    assert mistakes(text) != []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ ticket.subjct }}", "subjct"),
        ("{{ tikcet.subject }}", "tikcet"),
        ("{{ owner.name", "unexpected end of template"),
        ("{% if %}", "Expected"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ '%d' % 'x' }}", "%d format"),
        ("{{ 'abc'.index('z') }}", "substring"),
        ("{{ 'x'.encode('no-such') }}", "no-such"),
        ("{{ 5|join }}", "iterable"),
        ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", "recursion"),
    ],
)
def test_a_mistake_is_named_with_what_may_be_used(text: str, named: str) -> None:
    (told,) = mistakes(text)

    assert named in told
    assert "owner.name" in told
    assert "because" in told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{% if ticket.priority == 'low' %}{{ nobody }}{% endif %}", "nobody"),
        ("{% if ticket.priority == 'low' %}{{ owner.nmae }}{% endif %}", "owner.nmae"),
    ],
)
def test_a_mistake_is_found_in_a_branch_the_sample_does_not_take(text: str, named: str) -> None:
    assert [told.partition(" ")[0] for told in mistakes(text)] == [named]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "{% for line in because %}- {{ line }}\n{% endfor %}",
        "{% for n in range(3) %}{{ n }}{% endfor %}{{ owner['name'] }}{{ ticket.id|upper }}",
        "{% set who = owner.name %}{{ who.split()[0] }}",
    ],
)
def test_a_sound_template_has_no_mistakes(text: str) -> None:
    assert mistakes(text) == []


def test_a_text_is_bounded_and_trimmed() -> None:
    assert len(render("  {{ 'x' * 30000 }}  ", {})) == LONGEST


@pytest.mark.parametrize(
    ("words", "line"),
    [("a\n b\t c", "a b c"), ("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…"), ("", "")],
)
def test_a_tickets_words_become_one_bounded_line(words: str, line: str) -> None:
    assert one_line(words) == line


def test_an_instant_is_written_in_the_policys_zone() -> None:
    assert instant(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), ZoneInfo("Europe/Lisbon")) == "2026-07-01 13:00 WEST"
    assert instant(None, ZoneInfo("UTC")) == ""
