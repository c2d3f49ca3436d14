"""The feeds of rotas: fetched, read, and kept.

Rule 1: the last good copy stays until there is a better one; a failure says so and changes nothing.
Rule 2: a copy is good if it can be read. One that did not change is good again, and as new as the answer.
Rule 3: nothing here says where a feed is; only by which variable or file one would know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from connectors.errors import ConnectorError, PermanentFailure
from connectors.feeds import fetch
from plugin.core.duty.contacts import Person
from plugin.core.duty.feeds import Copy, read_feed
from plugin.core.duty.ical_text import BadFeed
from plugin.core.rota import Feed, Rota, with_shifts

#: What is read of a feed: enough to say since when, and to look for holes ahead.
BEFORE, AHEAD = timedelta(days=32), timedelta(days=100)


class FeedCache(Protocol):
    """Keeps the last good copy of each feed, as the store does."""

    def feed(self, name: str) -> Copy | None:
        """Return the copy of a rota's feed."""

    def save_feed(self, name: str, copy: Copy) -> None:
        """Keep a copy instead of the one before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """A rota with what its feed says, as well as we know."""

    rota: Rota
    fetched_at: datetime | None = None  #: When that was current; None: it was never read.
    unmatched: tuple[str, ...] = ()  #: Names that are no person's.
    left_out: tuple[str, ...] = ()  #: Events that could not be read, and why.
    problem: str | None = None  #: Why it is not as current as it could be.


def refresh(
    rota: Rota,
    people: Mapping[str, Person],
    cache: FeedCache | None,
    *,
    environ: Mapping[str, str],
    now: datetime,
    at: datetime | None = None,
) -> Refreshed:
    """Return the rota with the shifts around an instant, now if none is given, fetched if that is possible."""
    kept = cache.feed(rota.key) if cache else None
    try:
        copy = _current(rota, kept, environ, now)
        found = _read(rota, people, copy, at or now)
    except (ConnectorError, BadFeed) as failure:
        return _unrefreshed(rota, people, kept, at or now, str(failure))
    if cache:
        cache.save_feed(rota.key, copy)
    return found


def address(feed: Feed, environ: Mapping[str, str]) -> str:
    """Return where a feed is, or raise PermanentFailure."""
    if feed.file is None:
        found, problem = environ.get(feed.env or "", "").strip(), f"the environment variable {feed.env} is not set"
    else:
        found, problem = _from_file(feed.file)
    if not found:
        raise PermanentFailure(problem)
    return found


def _from_file(path: str) -> tuple[str, str]:
    """Return what the file says, and what is wrong if that is nothing."""
    try:
        return Path(path).read_text("utf-8").strip(), f"{path} is empty"
    except (OSError, ValueError) as failure:  # ValueError: no UTF-8, or no path at all
        return "", f"{path} cannot be read: {type(failure).__name__}"


def _current(rota: Rota, kept: Copy | None, environ: Mapping[str, str], now: datetime) -> Copy:
    """Return the feed as it is now."""
    url = address(rota.feed or Feed(), environ)
    fetched = fetch(url, clock=lambda: now, etag=kept.etag if kept else None)
    if fetched is not None:
        return Copy(text=fetched.text, etag=fetched.etag, fetched_at=now)
    assert kept is not None  # only who has a copy is told that it did not change
    return Copy(text=kept.text, etag=kept.etag, fetched_at=now)


def _read(rota: Rota, people: Mapping[str, Person], copy: Copy, at: datetime) -> Refreshed:
    found = read_feed(copy.text, rota, people, start=at - BEFORE, end=at + AHEAD)
    return Refreshed(
        rota=with_shifts(rota, found.shifts),
        fetched_at=copy.fetched_at,
        unmatched=found.unmatched,
        left_out=found.problems,
    )


def _unrefreshed(rota: Rota, people: Mapping[str, Person], kept: Copy | None, at: datetime, failure: str) -> Refreshed:
    """Return what the kept copy says, and why it is no newer."""
    problem = f'the feed of rota "{rota.key}" cannot be used: {failure}'
    if kept is None:
        return Refreshed(rota=rota, problem=f"{problem}; there is no earlier copy")
    try:
        found = _read(rota, people, kept, at)
    except BadFeed as worse:
        return Refreshed(rota=rota, problem=f"{problem}; nor can the earlier copy: {worse}")
    said = f"{problem}; what it said at {kept.fetched_at:%Y-%m-%d %H:%M} UTC goes on"
    return Refreshed(
        rota=found.rota, fetched_at=kept.fetched_at, unmatched=found.unmatched, left_out=found.left_out, problem=said
    )
