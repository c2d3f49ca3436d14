"""What an explanation says is next, in each state of a case, and who told what."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from connectors.model import TicketRef
from plugin.core.linked import LinkedState, LinkedTicket
from plugin.core.model import Case, CaseState, LogEntry, Mirror, Pending, Reason, TimerKind
from plugin.core.rules import compile_policy
from plugin.explaining.document import as_json
from plugin.explaining.due_text import due
from plugin.explaining.look import Look
from plugin.explaining.next_text import log_head, next_lines
from plugin.explaining.report import Report
from plugin.store.lookups import Dossier
from tests.cli.test_explained_texts import AGED, asked
from tests.core.samples import CASE, HOUR, NOON, REF, document
from tests.house.repository import ROOT

LOOK = Look()
SCHEMA = json.loads((ROOT / "schemas/explanation.schema.json").read_text("utf-8"))
LADDER: dict[str, Any] = {
    "steps": [
        {"tier": "frontline", "owner": "ana", "acknowledge_within": "15m", "repeat": 3},
        {"tier": "manager", "owner": "ben", "acknowledge_within": "15m", "needs": [{"name": "order id"}]},
    ]
}
SECTIONS: dict[str, Any] = {
    "admin": "ben",
    "ladders": {"up": LADDER},
    "matrix": [{"issue_type": "*", "severity": "*", "ladder": "up"}],
    "resolution": {"ask": "plain", "remind": "plain"},
    "requests": {"approval": {"by": ["ben"], "otherwise": "decline"}},
    "exceptions": {"refund": {"by": ["ben"]}},
    "updates": {"holding": "plain", "at_most_in_a_row": 2},
}
ACTIVE, ANSWERED = "unless the owner does something on the ticket before", "unless a person answers the customer before"


def policy(**more: Any) -> Any:
    told = document() | SECTIONS | more
    told["templates"] = {**told.get("templates", {}), "plain": "Hello"}
    return compile_policy(told)


POLICY = policy()
WAITING = replace(CASE, state=CaseState.WAITING, waiting_for="vendor")
REFUND = Pending(kind="refund", by="ana", reason="late", amount=120.0, approver="ben")
PENDING = replace(WAITING, waiting_for="approval", pending=REFUND)
RESOLVED = replace(CASE, state=CaseState.RESOLVED)
TAKEN = replace(CASE, state=CaseState.ACKNOWLEDGED, acknowledged_at=NOON)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (
            replace(CASE, state=CaseState.REQUESTED, rule="request", owner="ben"),
            "the escalation is declined, unless Ben",
        ),
        (WAITING, "the wait for the vendor ends, and the work goes on"),
        (PENDING, "the exception refund of 120 is declined, unless Ben"),
        (RESOLVED, "the customer is reminded, unless the customer answers before"),
        (replace(RESOLVED, chased=True), "the case is closed, unless the customer answers before"),
        (CASE, f"Ana Reis is asked once more, twice at most, {ACTIVE}"),
        (replace(CASE, times=2), f"Ana Reis is asked once more, {ACTIVE}"),
        (replace(CASE, times=3), f"the ladder is climbed to manager, which needs order id, {ACTIVE}"),
        (TAKEN, f"the ladder is climbed to manager, which needs order id, {ACTIVE}"),
        (replace(TAKEN, held_at=0, incomplete=("order id",)), "marked incomplete if still without order id"),
        (replace(TAKEN, step=1, state=CaseState.IN_PROGRESS), f"the ladder ends, and Ben Sousa is told, {ACTIVE}"),
        (replace(CASE, step=2), f"the ladder ends, and Ben Sousa is told, {ACTIVE}"),
    ],
)
def test_the_cases_own_clock_says_what_it_stands_for(case: Case, told: str) -> None:
    assert told in due(POLICY, case, TimerKind.STEP, NOON)


def test_a_step_tells_what_it_waits_for() -> None:
    first, second = LADDER["steps"]
    steps = [first, {**second, "wait_for_needs": "30m", "approval": {"by": ["ana"]}}]
    told = due(policy(ladders={"up": {"steps": steps}}), TAKEN, TimerKind.STEP, NOON)

    assert "to manager, once that is approved, which needs order id, for which it waits 30 minutes," in told


def test_a_step_without_needs_or_an_admin_is_told_plainly() -> None:
    told = document() | {"ladders": {"up": {"steps": [{**one, "needs": []} for one in LADDER["steps"]]}}}
    plain = compile_policy(told | {"matrix": SECTIONS["matrix"]})

    assert due(plain, TAKEN, TimerKind.STEP, NOON) == f"the ladder is climbed to manager, {ACTIVE}"
    assert "and an admin is told" in due(plain, replace(TAKEN, step=1), TimerKind.STEP, NOON)
    assert due(plain, RESOLVED, TimerKind.STEP, NOON).startswith("the case is closed")
    assert due(plain, CASE, TimerKind.PROMISE, NOON) == f"the owner is prompted, {ANSWERED}"


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (replace(CASE, look_at=NOON), f"the owner is prompted that an update is due soon, {ANSWERED}"),
        (CASE, f'the customer gets the text "plain", {ANSWERED}'),
        (replace(CASE, look_at=NOON + 2 * HOUR), f'the customer gets the text "plain", {ANSWERED}'),
        (replace(CASE, holdings=2), f"the owner is prompted, {ANSWERED}"),
        (replace(CASE, holdings=2, prompts=3), "the log tells that no update was written"),
        (RESOLVED, "it is looked at again whether the case goes on"),
    ],
)
def test_the_promise_says_who_is_told(case: Case, told: str) -> None:
    assert due(POLICY, case, TimerKind.PROMISE, NOON).startswith(told)


def test_without_a_case_a_timer_says_what_it_is_for() -> None:
    assert due(POLICY, None, TimerKind.RULE, NOON) == "the rules are asked again"
    assert due(POLICY, CASE, TimerKind.FOLLOW_UP, NOON).startswith("whoever owns an open part")


@pytest.mark.parametrize("kind", TimerKind)
@pytest.mark.parametrize("case", [None, CASE, RESOLVED])
def test_every_timer_says_what_it_is_for(kind: TimerKind, case: Case | None) -> None:
    assert len(due(POLICY, case, kind, NOON).split()) > 3


def reported(case: Case) -> Report:
    dossier = Dossier(mirror=Mirror(), case=case, timers={TimerKind.STEP: NOON + HOUR})
    return replace(asked(AGED, {}, dossier=dossier), policy=POLICY)


def test_where_a_case_stands_is_told() -> None:
    case = replace(PENDING, granted=("refund 80",), incomplete=("order id",), missed=2, follows="c0")
    found = reported(case)
    assert found.dossier

    assert list(next_lines(found, found.dossier, LOOK))[3:] == [
        "  It is waiting for the approval",
        "  Asked for by Ana Reis: the exception refund of 120",
        "  Granted: refund 80",
        "  Missing for the next step: order id",
        "  Promised updates that nobody wrote in time: 2",
        "  It follows case c0",
        "  Next update promised by Mon 2026-03-02 13:00 UTC",
    ]


def test_of_a_resolved_case_no_update_is_promised() -> None:
    found = reported(replace(PENDING, state=CaseState.RESOLVED, waiting_for=None, pending=None))
    assert found.dossier

    assert list(next_lines(found, found.dossier, LOOK))[3:] == ["  It is resolved"]


LINKED = LinkedTicket(
    id="l1",
    origin=REF,
    case_id=CASE.id,
    place="lab ENG",
    connection="lab",
    wanted_at=NOON,
    next_at=NOON + HOUR,
    attempts=2,
)
THERE = replace(
    LINKED, next_at=None, ticket=TicketRef(connection="lab", id="7"), url="https://lab.example/ENG-7", taken_up=True
)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (LINKED, "a ticket on lab ENG is to be opened, tried 2 times, next at Mon 2026-03-02 13:00 UTC"),
        (replace(THERE, state=LinkedState.OPEN), "https://lab.example/ENG-7, open, taken up"),
        (replace(THERE, state=LinkedState.SOLVED), "https://lab.example/ENG-7, solved"),
        (replace(THERE, state=LinkedState.GONE), "https://lab.example/ENG-7, there no more"),
        (replace(LINKED, state=LinkedState.REFUSED), "a ticket on lab ENG, could not be opened"),
        (replace(LINKED, state=LinkedState.WITHDRAWN), "a ticket on lab ENG, not opened: the case ended before"),
    ],
)
def test_a_linked_ticket_is_told_with_how_it_stands(one: LinkedTicket, told: str) -> None:
    found = reported(CASE)
    assert found.dossier
    found = replace(found, dossier=replace(found.dossier, opened=(one,)))
    assert found.dossier

    assert f"  Linked: {told}" in list(next_lines(found, found.dossier, LOOK))
    document = as_json(found)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["next"]["linked_tickets"][0]["state"] == one.state.value


@pytest.mark.parametrize("case", [CASE, PENDING, RESOLVED])
def test_the_document_has_the_whole_case(case: Case) -> None:
    told = as_json(reported(case))

    Draft202012Validator(SCHEMA).validate(told)
    assert told["next"]["case"]["state"] == case.state.value
    assert (told["next"]["case"]["pending"] or {}).get("amount") == (120.0 if case.pending else None)


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ({"command": "handoff", "reason": "too hard", "by": "ana"}, "handed_off by ana (handoff: too hard). "),
        ({"command": "ack", "reason": "", "by": "agent:9"}, "handed_off by agent:9 (ack). "),
        ({"command": "ack", "by": "ana", "via": "link"}, "handed_off by ana (ack, by a link). "),
        (
            {"command": "exception", "exception": "refund", "amount": 120, "reason": "late", "by": "ana"},
            "handed_off by ana (exception refund 120: late). ",
        ),
        ({"owner": "ana"}, "handed_off. "),
    ],
)
def test_a_line_of_a_command_says_whose_it_was(evidence: dict[str, Any], told: str) -> None:
    line = LogEntry(at=NOON, actor="ana", what="command", reason=Reason.HANDED_OFF, ticket=REF, evidence=evidence)

    assert f"command: {told}" in log_head(line, LOOK)
