"""What an event leaves in memory, and what it must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.model import Comment, EventKind, Party, TicketEvent, TicketRef
from plugin.core.mirror import heard
from plugin.core.model import Mirror

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def event(kind: EventKind, **told: object) -> TicketEvent:
    values = {"id": "e", "kind": kind, "ticket": TicketRef(connection="a", id="1"), "occurred_at": NOON}
    return TicketEvent(**{**values, **told})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by", "complete"), [(Party.CUSTOMER, True), (Party.AGENT, True), (Party.UNKNOWN, False), (None, False)]
)
def test_a_new_tickets_comments_are_complete_only_if_its_first_is_understood(by: Party | None, complete: bool) -> None:
    comment = Comment(id="1", at=NOON, by=by, public=True) if by else None

    assert heard(Mirror(), event(EventKind.CREATED, comment=comment)).comments_complete is complete


def test_a_value_that_changed_to_nobody_knows_what_is_forgotten() -> None:
    mirror = Mirror(known={"priority": "low", "type": "task"})

    known = heard(mirror, event(EventKind.PRIORITY_CHANGED, changed="priority")).known

    assert known == {"type": "task"}


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_events_in_one_second_the_later_one_counts_in_any_order(turned: bool) -> None:
    told = [(0, "new"), (700, "solved")]
    mirror = Mirror()
    for ms, status in reversed(told) if turned else told:
        known = {"updated_at": NOON, "status": status}
        mirror = heard(mirror, event(EventKind.UPDATED, occurred_at=NOON + timedelta(milliseconds=ms), known=known))

    assert mirror.known["status"] == "solved"
