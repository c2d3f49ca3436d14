"""What came of a tag by which the helpdesk chooses an SLA policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.model import AddTags, EventKind, RemoveTags, SlaMetric, Status, Ticket, TicketEvent, TicketRef
from plugin.core import slas
from plugin.core.mirror import heard
from plugin.core.model import Mirror, Reason, SlaWatch
from plugin.core.slas import LOOKS, looked_at, written

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
REF = TicketRef(connection="acme", id="42")
RUNNING = SlaMetric(metric="first_reply_time", stage="active", breach_at=NOW + timedelta(hours=1))
WATCH = SlaWatch(tag="sla_sev1", policy="Severity 1", landed=True, due_at=NOW)
LAST = len(LOOKS) - 1


def ticket(**fields: Any) -> Ticket:
    usual: dict[str, Any] = {
        "ref": REF,
        "version": "1",
        "created_at": NOW,
        "updated_at": NOW,
        "status": Status.OPEN,
        "priority": "urgent",
        "tags": frozenset({"sla_sev1"}),
        "slas": (RUNNING,),
        "sla_policy": "Severity 1",
    }
    return Ticket(**{**usual, **fields})


APPLIED, NOT_APPLIED = Reason.SLA_APPLIED, Reason.SLA_NOT_APPLIED
REMOVED, UNKNOWN = Reason.SLA_REMOVED, Reason.SLA_UNKNOWN


@pytest.mark.parametrize(
    ("watch", "fields", "reason", "problem"),
    [
        ({}, {}, APPLIED, None),
        ({}, {"sla_policy": "severity  1"}, APPLIED, None),
        ({"policy": None}, {"sla_policy": "Whatever"}, APPLIED, None),
        ({}, {"sla_policy": None}, APPLIED, None),
        ({"before": True}, {"sla_policy": None}, UNKNOWN, "targets ran before"),
        ({}, {"slas": None}, UNKNOWN, "does not tell the ticket's targets"),
        ({}, {"tags": frozenset()}, NOT_APPLIED, "taken away since"),
        ({"looks": LAST}, {"slas": ()}, NOT_APPLIED, "the ticket has no target"),
        ({"looks": LAST}, {"slas": (), "priority": None}, NOT_APPLIED, "it has no priority"),
        ({"looks": LAST}, {"sla_policy": "VIP"}, NOT_APPLIED, "another policy won"),
        ({"removed": True}, {"tags": frozenset(), "slas": (), "sla_policy": None}, REMOVED, None),
        ({"removed": True}, {"tags": frozenset(), "sla_policy": "Normal"}, REMOVED, None),
        ({"removed": True}, {"tags": frozenset(), "sla_policy": None}, UNKNOWN, "of which policy"),
        ({"removed": True}, {}, UNKNOWN, "wrote the tag again"),
        ({"removed": True, "looks": LAST}, {"tags": frozenset()}, UNKNOWN, "still the same"),
    ],
)
def test_what_a_look_shows(watch: dict[str, Any], fields: dict[str, Any], reason: Reason, problem: str | None) -> None:
    seen = looked_at(replace(WATCH, **watch), ticket(**fields), NOW)

    assert seen.reason is reason
    assert (problem in str(seen.evidence["problem"])) if problem else "problem" not in seen.evidence
    assert seen.watch is None or seen.watch.due_at is None


@pytest.mark.parametrize("fields", [{"slas": ()}, {"sla_policy": "VIP"}])
def test_what_may_still_come_is_looked_at_again_a_few_times(fields: dict[str, Any]) -> None:
    watch, at, looks = WATCH, NOW, []

    while watch.due_at is not None:
        seen = looked_at(watch, ticket(**fields), at)
        assert seen.watch is not None
        looks.append(seen.reason)
        watch, at = seen.watch, seen.watch.due_at or at

    assert looks == [None] * LAST + [NOT_APPLIED]


def test_a_line_tells_tag_policy_and_next_breach() -> None:
    seen = looked_at(WATCH, ticket(), NOW)

    assert seen.evidence == {"tag": "sla_sev1", "policy": "Severity 1", "next_breach": "2026-11-02T10:00:00+00:00"}


def test_looking_begins_once_the_tag_landed() -> None:
    waiting = replace(WATCH, landed=False, due_at=None)

    elsewhere = written(waiting, [AddTags(tags=("escalated",))], NOW)
    there = written(waiting, [AddTags(tags=("escalated", "sla_sev1"))], NOW)
    gone = written(there, [RemoveTags(tags=("sla_sev1",))], NOW)

    assert elsewhere == waiting
    assert there == replace(WATCH, due_at=NOW + LOOKS[0])
    assert gone == replace(WATCH, due_at=NOW + LOOKS[0], removed=True)
    assert written(None, [AddTags(tags=("sla_sev1",))], NOW) is None


@pytest.mark.parametrize(("kind", "due"), [(EventKind.SLA_CHANGED, NOW), (EventKind.TAGS_CHANGED, NOW + LOOKS[0])])
def test_that_the_targets_moved_is_a_reason_to_look_at_once(kind: EventKind, due: datetime) -> None:
    mirror = Mirror(sla=replace(WATCH, due_at=NOW + LOOKS[0]))

    after = heard(mirror, TicketEvent(id="1", kind=kind, ticket=REF, occurred_at=NOW))

    assert after.sla is not None
    assert after.sla.due_at == due


def test_a_tag_that_is_not_ours_is_nobodys_to_take_away() -> None:
    assert slas.taken_away(None, None, None, {"sla_sev1"}) == ()  # type: ignore[arg-type]
