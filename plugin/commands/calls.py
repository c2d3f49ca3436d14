"""`escalation calls`: what calls of the helpdesks' APIs were made, and for what.

Rule 1: whole days, in UTC; figures are of what was counted, and of nothing else.
Rule 2: a call for a case counts for the case's rule; one that led to no case, for the rule that asked.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from plugin.commands.shown import read_since, say, say_json
from plugin.commands.told import told
from plugin.settings import DEFAULTS
from plugin.store.records import Counted
from plugin.store.store import Store

#: Endpoints, rules and cases that are listed; the others are in the sums.
MOST_LISTED = 20

_BY: Mapping[str, Callable[[Counted], str]] = {
    "rule": lambda one: one.rule or "(no rule)",
    "endpoint": lambda one: one.endpoint,
    "escalation": lambda one: one.case_id or "(no escalation)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What one connection's calls come to."""

    name: str
    counted: tuple[Counted, ...]
    events: int
    escalations: int

    @property
    def made(self) -> int:
        """Return how many calls there were."""
        return sum(one.made for one in self.counted)

    @property
    def failed(self) -> int:
        """Return how many of them the platform refused or did not answer."""
        return sum(one.failed for one in self.counted)

    @property
    def for_escalations(self) -> int:
        """Return how many of them were for a case."""
        return sum(one.made for one in self.counted if one.case_id)

    def by(self, what: str) -> list[tuple[str, int]]:
        """Return the calls by rule, endpoint or escalation, the most first."""
        sums: dict[str, int] = defaultdict(int)
        for one in self.counted:
            sums[_BY[what](one)] += one.made
        return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


@click.command()
@click.option("--connection", help="Only of one connection.")
@click.option("--since", default="7d", show_default=True, help="From a day on, ISO 8601, or so long ago.")
@click.option(
    "--by", type=click.Choice(sorted(_BY)), multiple=True, help="Lists them by this; rule and endpoint if absent."
)
@click.option("--json", "as_document", is_flag=True, help="For programs.")
@told
def calls(connection: str | None, since: str, by: tuple[str, ...], as_document: bool) -> None:
    """Show how many API calls were made: for each event, each escalation, each rule.

    Example: escalation calls --since 1d --by rule
    """
    begin = read_since("--since", since, UTC)
    with closing(Store.open(os.environ.get("DATABASE_URL") or DEFAULTS["DATABASE_URL"])) as store:
        found = [one for one in accounts(store, since=begin) if connection in (None, one.name)]
    chosen = by or ("rule", "endpoint")
    if as_document:
        say_json({"since": _day(begin), "connections": [_document(one, chosen) for one in found]})
        return
    told_of = [line for one in found for line in lines(one, chosen, begin)]
    of = f" of {connection}" if connection else ""
    say("\n".join(told_of) or f"No call{of} was counted since {_day(begin)}.")


def accounts(store: Store, *, since: datetime) -> list[Account]:
    """Return what every connection's calls come to, since the day of an instant."""
    events, cases = store.calls.events(since=since), store.calls.cases(since=since)
    of: dict[str, list[Counted]] = defaultdict(list)
    for one in store.calls.counted(since=since):
        of[one.connection].append(one)
    return [
        Account(name=name, counted=tuple(of[name]), events=events.get(name, 0), escalations=cases.get(name, 0))
        for name in sorted({*of, *events})
    ]


def lines(account: Account, chosen: Iterable[str], begin: datetime) -> Iterator[str]:
    """Write what a connection's calls come to."""
    failed = f", {account.failed} of them refused or not answered" if account.failed else ""
    yield f"{account.name}, since {_day(begin)}: {_many(account.made, 'call')}{failed}"
    yield f"  {_many(account.events, 'event')} worked on: {_each(account.made, account.events)} an event"
    yield (
        f"  {_many(account.escalations, 'escalation')} opened: {_each(account.for_escalations, account.escalations)}"
        f" an escalation, {account.for_escalations} for them in all"
    )
    for what in chosen:
        rows = account.by(what)
        yield f"  by {what}:"
        width = max((len(name) for name, _ in rows[:MOST_LISTED]), default=0)
        yield from (f"    {name:<{width}}  {n:>6}  {_share(n, account.made)}" for name, n in rows[:MOST_LISTED])
        if len(rows) > MOST_LISTED:
            rest = sum(n for _, n in rows[MOST_LISTED:])
            yield f"    {len(rows) - MOST_LISTED} others  {rest}  {_share(rest, account.made)}"


def _document(account: Account, chosen: Iterable[str]) -> dict[str, object]:
    return {
        "connection": account.name,
        "calls": account.made,
        "failed": account.failed,
        "events": account.events,
        "calls_per_event": _ratio(account.made, account.events),
        "escalations": account.escalations,
        "calls_for_escalations": account.for_escalations,
        "calls_per_escalation": _ratio(account.for_escalations, account.escalations),
        **{f"by_{what}": dict(account.by(what)) for what in chosen},
    }


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _ratio(calls: int, things: int) -> float | None:
    return round(calls / things, 2) if things else None


def _each(calls: int, things: int) -> str:
    ratio = _ratio(calls, things)
    return "no calls" if ratio is None else f"{ratio:g} calls"


def _share(calls: int, of: int) -> str:
    return f"{calls / of:.0%}" if of else ""
