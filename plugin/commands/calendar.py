"""`escalation calendar`: how a due time comes about, day by day.

Rule 1: times are read and shown on the calendar's own clocks, unless they come with an offset.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import click

from plugin.clock import utc_now
from plugin.commands.account import account, as_text
from plugin.commands.told import told, wrong
from plugin.core.durations import duration
from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.core.working_hours import Calendar, Pause
from plugin.json_file import read_json

_OFFSET = re.compile(r"\d[T ][\d:.]+(?:Z|[+-][\d:]+)$", re.IGNORECASE)


@click.command()
@click.argument("name")
@click.option("--from", "start", help="When the clock starts, ISO 8601; now if absent.")
@click.option("--for", "budget", help="How much time is to pass: 4h, 2d …")
@click.option("--until", "end", help="Instead of --for: to count the time to an instant.")
@click.option("--pause", "paused", multiple=True, metavar="FROM/TO", help="A time that does not count; open: FROM/")
@click.option("--policy", envvar="POLICY_FILE", default="policy.json", show_default=True, help="The policy's file.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@told
def calendar(
    name: str,
    start: str | None,
    budget: str | None,
    end: str | None,
    paused: tuple[str, ...],
    policy: str,
    as_json: bool,
) -> None:
    """Show day by day what a calendar counts, and when a time is due.

    Example: escalation calendar office --from 2026-12-24T16:00 --for 4h
    """
    _one_of(budget, end)
    asked = _calendar(policy, name)
    since = _instant(asked, "--from", start) if start else utc_now()
    until = _length(budget) if budget is not None else _instant(asked, "--until", str(end))
    if isinstance(until, datetime) and until < since:
        begin = f'"{start}"' if start else "now"
        raise wrong("--until:", f'"{end}" is before {begin}, from when the time is counted')
    found = account(asked, since, until, [_pause(asked, text) for text in paused])
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else as_text(found))


def _one_of(budget: str | None, end: str | None) -> None:
    if budget is not None and end is not None:
        raise wrong("calendar:", "takes one of --for and --until, not both")
    if budget is None and end is None:
        raise wrong("calendar:", "needs either --for or --until")


def _calendar(policy: str, name: str) -> Calendar:
    document = read_json(policy, "policy")
    section = document.get("calendars", {}) if isinstance(document, dict) else {}
    problems: list[Problem] = []
    calendars = compile_calendars(section, lambda where, told: problems.append(Problem(where=where, message=told)))
    if problems:
        raise Problems(f"{policy} has mistakes:", problems)
    if name not in calendars:
        raise wrong(f"{policy}:", unknown_word(name, calendars, what="calendar"))
    return calendars[name]


def _instant(calendar: Calendar, option: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text) if _OFFSET.search(text) else calendar.localise(text)
    except (ValueError, OverflowError) as problem:
        raise wrong(f"{option}:", f'found "{text}", expected 2026-11-24T10:00, with or without an offset') from problem


def _length(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as problem:
        raise wrong("--for:", str(problem)) from problem


def _pause(calendar: Calendar, text: str) -> Pause:
    since, slash, until = text.partition("/")
    if not slash:
        raise wrong("--pause:", f'found "{text}", expected FROM/TO, or FROM/ for a pause that has not ended')
    begin = _instant(calendar, "--pause", since)
    end = _instant(calendar, "--pause", until) if until else None
    if end is not None and end < begin:
        raise wrong("--pause:", f'"{text}" ends before it begins')
    return Pause(since=begin, until=end)
