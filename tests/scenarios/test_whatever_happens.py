"""The whole installation, led through anything that may happen to a ticket, with answers lost on the way.

Whatever people, customers, time and the network do: each open case has an owner and a timer, each case stands where its
log leaves it, and no customer reads the same comment twice.
"""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.core.model import LIVE
from plugin.store.chain import Audit
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, BEN, CUSTOMER, World, living

STEPS = [
    {"tier": "specialist", "owner": "ana", "acknowledge_within": "15m", "work_within": "4h"},
    {"tier": "manager", "owner": "ben", "acknowledge_within": "30m"},
]
TEXTS = {
    "note": "{{ rule.name }}",
    "told": "{{ owner.name }} cares; next news by {{ case.next_update }}.",
    "ask": "Does it work? (asked at {{ ticket.status }})",
    "chase": "Once more: does it work?",
    "hold": "Still at it; next news by {{ case.next_update }}.",
}
LINES = (
    "ack",
    "handoff over to you",
    "wait vendor for 1d",
    "snooze 2h",
    "deescalate a mistake",
    "resolve",
    "request now",
)


def told() -> dict[str, Any]:
    changes = {"tags": ["escalated"], "internal_note": "note", "public_comment": "told"}
    row = {"issue_type": "*", "severity": "*", "ladder": "up", "targets": {"update_every": "2h"}, "changes": changes}
    return policy(
        {"all": [OPEN, says("ticket.tags", "contains", "payment")]},
        more={
            "matrix": [row],
            "ladders": {"up": {"steps": STEPS}},
            "admin": "ben",
            "templates": TEXTS,
            "state_tags": "esc",
            "updates": {"prompt_before": "15m", "holding": "hold"},
            "resolution": {"ask": "ask", "remind": "chase", "remind_after": "1d", "close_after": "3d"},
        },
    )


def lost(kind: str) -> Callable[[World, int], object]:
    return lambda world, ticket: world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", kind)


def says_line(line: str, by: int) -> Callable[[World, int], object]:
    return lambda world, ticket: world.sandbox.act(by).comment(ticket, f"/esc {line}", public=False)


def writes(text: str, by: int) -> Callable[[World, int], object]:
    return lambda world, ticket: world.sandbox.act(by).comment(ticket, text)


def becomes(**fields: Any) -> Callable[[World, int], object]:
    return lambda world, ticket: world.sandbox.act(ANA).update(ticket, **fields)


def passes(**length: float) -> Callable[[World, int], object]:
    return lambda world, ticket: world.clock.forward(**length)


DEEDS = st.one_of(
    st.builds(says_line, st.sampled_from(LINES), st.sampled_from([ANA, BEN])),
    st.builds(writes, st.sampled_from(["yes", "no", "and another thing"]), st.just(CUSTOMER)),
    st.builds(writes, st.sampled_from(["We are on it", "Here is news"]), st.sampled_from([ANA, BEN])),
    st.sampled_from(["open", "pending", "hold", "solved"]).map(lambda status: becomes(status=status)),
    st.sampled_from([ANA, BEN]).map(lambda person: becomes(assignee_id=person)),
    st.sampled_from(["drop_after", "drop_before", "conflict"]).map(lost),
    st.sampled_from([1, 20, 130, 1500, 6000]).map(lambda minutes: passes(minutes=minutes)),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    report_multiple_bugs=False,
)
@given(deeds=st.lists(DEEDS, min_size=4, max_size=14))
def test_whatever_happens(migrated_file: Path, tmp_path: Path, deeds: list[Callable[[World, int], object]]) -> None:
    file = shutil.copy(migrated_file, tmp_path / f"{uuid.uuid4().hex}.db")
    with living(f"sqlite:///{file}", policy=told()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        for deed in deeds:
            deed(world, ticket)
            world.settle()
            _is_sound(world)
        world.clock.forward(minutes=10)  # what was lost is looked for
        world.settle()
        _is_sound(world)
        public = Counter(world.comments(ticket, public=True))
        asked = sum(count for text, count in public.items() if text.startswith("Does it work?"))
        assert asked <= world.reasons(ticket).count("remedied")
        opened = len(world.parts.store.cases())  # each tells its own first word, two of one minute in the same words
        assert all(count <= opened for text, count in public.items() if "next news by" in text), public


def _is_sound(world: World) -> None:
    assert world.parts.store.figures().silent_cases == 0
    assert world.parts.store.audit() == Audit()
    living_cases = [case for case in world.parts.store.cases() if case.state in LIVE]
    assert len(living_cases) <= 1
    assert all(case.owner in world.parts.policy.people for case in living_cases)
