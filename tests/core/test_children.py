"""When a problem calls its incidents, and what one of them is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.model import AddComment, Status
from plugin.core.children import Problem, call, on_problem_moved
from plugin.core.model import Case, CaseState, Firing, Mirror, Reason
from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from tests.core.samples import CASE, NOON, TICKET, document

UP, DONE = {"internal_note": "up"}, {"internal_note": "done", "public_comment": "told"}


def telling(**told: Any) -> Policy:
    given = document()
    given["templates"] |= {"up": "{{ problem.id }} up", "done": "{{ problem.id }} done", "told": "It works."}
    return compile_policy(given | {"problem_tickets": {"escalated": UP, "solved": DONE} | told})


def fired(*marks: str) -> dict[str, Firing]:
    return {mark: Firing(at=NOON) for mark in marks}


@pytest.mark.parametrize(
    ("status", "case", "before", "mark"),
    [
        (Status.OPEN, None, (), None),
        (Status.OPEN, CASE, (), "children_called:c1"),
        (Status.OPEN, CASE, ("children_called:c1",), None),
        (Status.OPEN, replace(CASE, id="c2"), ("children_called:c1",), "children_called:c2"),
        (Status.OPEN, replace(CASE, state=CaseState.CLOSED), (), None),
        (Status.SOLVED, None, ("children_called:c1",), "children_called:solved"),
        (Status.CLOSED, CASE, ("children_called:solved",), None),
    ],
)
def test_a_problem_calls_once_for_what_is_new(
    status: Status, case: Case | None, before: tuple[str, ...], mark: str | None
) -> None:
    mirror = Mirror(known={"status": status}, fired=fired(*before))

    assert call(telling(), mirror, case) == mark
    assert call(compile_policy(document()), mirror, case) is None


ESCALATED, SOLVED = Problem(id="7", case_id="c1"), Problem(id="7", done=True)


@pytest.mark.parametrize(
    ("problem", "before", "reason", "texts"),
    [
        (ESCALATED, (), Reason.PROBLEM_ESCALATED, ["7 up"]),
        (ESCALATED, ("problem_escalated:c1",), Reason.NOT_EXPECTED_NOW, []),
        (ESCALATED, ("problem_escalated:c0",), Reason.PROBLEM_ESCALATED, ["7 up"]),
        (SOLVED, ("problem_escalated:c1",), Reason.PROBLEM_SOLVED, ["7 done", "It works."]),
        (SOLVED, ("problem_solved:7",), Reason.NOT_EXPECTED_NOW, []),
        (Problem(id="7"), (), Reason.NOT_EXPECTED_NOW, []),
    ],
)
def test_an_incident_is_told_what_it_was_not_told_yet(
    problem: Problem, before: tuple[str, ...], reason: Reason, texts: list[str]
) -> None:
    decision = on_problem_moved(telling(), CASE, TICKET, Mirror(fired=fired(*before)), problem)

    assert (decision.reason, decision.case) == (reason, CASE)
    assert [c.text for c in decision.changes if isinstance(c, AddComment)] == texts
    assert [c.public for c in decision.changes if isinstance(c, AddComment)] == [False, True][: len(texts)]


def test_an_incident_that_is_opted_out_is_told_nothing() -> None:
    out = replace(TICKET, tags=frozenset({"no_escalation"}))

    assert on_problem_moved(telling(), None, out, Mirror(), SOLVED).changes == ()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"solved": {"internal_note": "upp"}}, 'problem_tickets.solved.internal_note: unknown template "upp"; did you'),
        ({"solved": {"public_comment": "handover"}}, "problem_tickets.solved.public_comment: template"),
    ],
)
def test_a_mistake_is_told_with_its_place(told: dict[str, Any], said: str) -> None:
    with pytest.raises(Problems) as raised:
        telling(**told)

    assert said in str(raised.value)
