"""Service levels as Jira Service Management tells them, in a field of the issue or by themselves.

Rule 1: `breachTime` is wall clock; of names and friendly times nothing is read, they are localised.
Rule 2: a cycle under way counts before those that are over; of these the last.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-sla-get
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from connectors.jira.values import moment
from connectors.model import SlaMetric
from connectors.values import attempt, mapping


def read(values: Iterable[object]) -> tuple[SlaMetric, ...]:
    """Return the targets; one that has not begun has none."""
    return tuple(metric for one in values for metric in _read(mapping(one)))


def _read(sla: Mapping[str, object]) -> Iterator[SlaMetric]:
    number = sla.get("id")
    if number is None:
        return
    metric = str(number)
    cycle = mapping(sla.get("ongoingCycle"))
    if cycle:
        stage = "paused" if cycle.get("paused") is True else "active"
        yield SlaMetric(metric=metric, stage=stage, breach_at=_at(cycle.get("breachTime")), target=_length(cycle))
        return
    done = sla.get("completedCycles")
    last = mapping(done[-1]) if isinstance(done, list) and done else {}
    if last:
        yield SlaMetric(metric=metric, stage="achieved", breach_at=None, target=_length(last))


def _at(value: object) -> datetime | None:
    return attempt(moment, mapping(value).get("epochMillis"))


def _length(cycle: Mapping[str, object]) -> timedelta | None:
    millis = mapping(cycle.get("goalDuration")).get("millis")
    return timedelta(milliseconds=millis) if isinstance(millis, int) and not isinstance(millis, bool) else None
