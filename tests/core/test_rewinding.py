"""What was known of a ticket at an earlier instant."""

from __future__ import annotations

from dataclasses import replace

from connectors.model import Move, Party, Status
from plugin.core.model import Firing, Mirror
from plugin.core.why.rewinding import rewound, ticket_then
from tests.core.samples import HOUR, NOON, TICKET, comment

MOVES = (
    Move(at=NOON - 3 * HOUR, what="status", value="new"),
    Move(at=NOON - 2 * HOUR, what="status", value="open"),
    Move(at=NOON - HOUR, what="status", value="pending"),
    Move(at=NOON - HOUR, what="group_id", value="201"),
)
MIRROR = Mirror(
    known={"status": Status.PENDING, "group_id": "201", "assignee_id": "101", "tags": frozenset({"vip"})},
    comments=(
        comment(1, Party.CUSTOMER, at=NOON - 3 * HOUR),
        comment(2, Party.AGENT, at=NOON - HOUR),
    ),
    moves=MOVES,
    moves_complete=frozenset({"status"}),
    active_at=NOON - HOUR,
    fired={"early": Firing(at=NOON - 3 * HOUR), "late": Firing(at=NOON - HOUR)},
)
THEN = NOON - 2 * HOUR


def test_what_came_after_is_taken_away() -> None:
    found = rewound(MIRROR, THEN)

    assert found.moves == MOVES[:2]
    assert [one.id for one in found.comments] == ["0001"]
    assert list(found.fired) == ["early"]
    assert found.active_at is None


def test_what_moved_has_the_value_it_had_or_none_that_is_known() -> None:
    assert rewound(MIRROR, THEN).known == {
        "status": Status.OPEN,
        "assignee_id": "101",
        "tags": frozenset({"vip"}),
    }


def test_now_is_as_it_is() -> None:
    assert rewound(MIRROR, NOON) == MIRROR


def test_a_status_in_words_of_its_own_stays_as_it_is() -> None:
    odd = replace(MIRROR, moves=(Move(at=NOON - 3 * HOUR, what="status", value="parked"), *MOVES[1:]))

    assert rewound(odd, NOON - 3 * HOUR).known["status"] == "parked"


def test_a_ticket_just_read_goes_back_with_it() -> None:
    ticket = replace(TICKET, status=Status.PENDING, comments=MIRROR.comments, history=MOVES)

    found = ticket_then(ticket, rewound(MIRROR, THEN), THEN)

    assert (found.status, found.assignee_id, found.history) == (Status.OPEN, "101", None)
    assert [one.id for one in found.comments or ()] == ["0001"]
    assert ticket_then(replace(ticket, comments=None), rewound(MIRROR, THEN), THEN).comments is None
