"""What a ticket that was opened elsewhere does to its case, and what its people hear: by tables, and in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import AddComment, SetField, Status, Ticket, TicketRef
from plugin.core import linking
from plugin.core.evaluation import Evaluation
from plugin.core.lifecycle import decide
from plugin.core.linked import LinkedState, LinkedTicket
from plugin.core.model import LIVE, Case, CaseState, Decision, Reason, Severity
from plugin.core.rules import compile_policy
from tests.core import samples
from tests.core.samples import HOUR, NOON, REF, TICKET
from tests.scenarios.two_desks import FIELD, LAB, policy

MINUTE = timedelta(minutes=1)
OPENS = {"project": "ENG", "type": "Bug"}
ASKING = {"resolution": {"ask": "ask"}, "opens": {**OPENS, "when_solved": "ask_customer"}}
POLICY = compile_policy(policy(opens=OPENS))
ASKS = compile_policy(policy(**ASKING))
THERE = TicketRef(connection=LAB, id="7")
CASE = replace(
    samples.CASE,
    owner="ben",
    policy_version=POLICY.version,
    opened_at=NOON - HOUR,
    step=1,
    due_at=NOON + 2 * HOUR,
)
LINK = LinkedTicket(
    id="l1",
    origin=REF,
    case_id="c1",
    place=f"{LAB} ENG Bug",
    connection=LAB,
    state=LinkedState.OPEN,
    wanted_at=NOON - HOUR,
    next_at=None,
    ticket=THERE,
    url="https://lab.example/ENG-7",
    active_at=NOON - HOUR,
)


def there(status: Status = Status.NEW, **more: Any) -> Ticket:
    return replace(TICKET, ref=THERE, status=status, url=LINK.url, **more)


def text(decision: Decision) -> str:
    return "\n".join(one.text for one in decision.changes if isinstance(one, AddComment))


# --- which are wanted


def kept(case: Case | None, *links: LinkedTicket) -> Mapping[str, LinkedTicket]:
    return linking.kept(POLICY, case, {one.id: one for one in links}, NOON, lambda: "new")


def test_a_case_on_the_step_wants_one() -> None:
    (wanted,) = kept(CASE).values()

    assert (wanted.state, wanted.next_at, wanted.connection) == (LinkedState.WANTED, NOON, LAB)
    assert (wanted.origin, wanted.case_id, wanted.marker) == (REF, "c1", "escalation-new")
    assert kept(CASE, wanted) == {"new": wanted}


@pytest.mark.parametrize(
    "case",
    [
        None,
        replace(CASE, step=0),
        replace(CASE, step=2),
        replace(CASE, step=3),
        replace(CASE, state=CaseState.REQUESTED),
        replace(CASE, state=CaseState.RESOLVED),
        replace(CASE, state=CaseState.CLOSED),
        replace(CASE, state=CaseState.CANCELLED),
    ],
)
def test_any_other_wants_none(case: Case | None) -> None:
    assert kept(case) == {}


@pytest.mark.parametrize("state", [one for one in LinkedState if one is not LinkedState.WITHDRAWN])
def test_whatever_became_of_it_a_case_wants_no_second_one(state: LinkedState) -> None:
    assert kept(CASE, replace(LINK, state=state)).keys() == {"l1"}


def test_one_that_was_withdrawn_is_wanted_anew() -> None:
    assert kept(CASE, replace(LINK, state=LinkedState.WITHDRAWN)).keys() == {"l1", "new"}


def test_one_that_is_open_for_an_earlier_case_goes_on_for_this_one() -> None:
    (one,) = kept(CASE, replace(LINK, case_id="c0")).values()

    assert (one.case_id, one.state) == ("c1", LinkedState.OPEN)
    assert kept(CASE, replace(LINK, case_id="c0", state=LinkedState.SOLVED)).keys() == {"l1", "new"}


@pytest.mark.parametrize("state", [LinkedState.WANTED, LinkedState.REFUSED])
@pytest.mark.parametrize(
    "case",
    [
        None,
        replace(CASE, state=CaseState.CLOSED),
        replace(CASE, state=CaseState.RESOLVED),
        replace(CASE, id="c2", step=0),
    ],
)
def test_nobody_needs_one_whose_case_ended_before(state: LinkedState, case: Case | None) -> None:
    found = kept(case, replace(LINK, state=state, next_at=NOON))

    assert (found["l1"].state, found["l1"].next_at) == (LinkedState.WITHDRAWN, None)


def test_one_that_may_be_there_is_looked_for_first() -> None:
    tried = replace(LINK, state=LinkedState.WANTED, next_at=NOON, attempts=1)

    assert kept(None, tried) == {"l1": tried}


cases = st.builds(
    lambda state, step, id_, issue: replace(CASE, state=state, step=step, id=id_, issue_type=issue),
    st.sampled_from(CaseState),
    st.integers(0, 3),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["payment", "other"]),
)
moves = st.lists(st.tuples(st.none() | cases, st.sampled_from(LinkedState)), max_size=12)


@given(moves)
def test_whatever_a_case_goes_through_no_two_are_on_their_way(history: list[tuple[Case | None, LinkedState]]) -> None:
    """After each move, and after something became of what is wanted, once more is as good as once."""
    numbers, links = count(), dict[str, LinkedTicket]()
    for case, becomes in history:
        links = dict(linking.kept(POLICY, case, links, NOON, lambda: f"l{next(numbers)}"))
        assert linking.kept(POLICY, case, links, NOON, lambda: "none") == links

        waiting = [one for one in links.values() if one.state is LinkedState.WANTED]
        going = [one for one in links.values() if one.state in (LinkedState.WANTED, LinkedState.OPEN)]
        assert len(going) <= 1
        assert all(case is not None and case.state in LIVE and one.case_id == case.id for one in waiting)
        links |= {one.id: replace(one, state=becomes, next_at=None) for one in waiting}


# --- what comes of it


def test_what_is_opened_is_shown_on_the_ticket() -> None:
    looked = linking.opened(POLICY, CASE, replace(LINK, state=LinkedState.WANTED), there(), NOON)

    assert looked.link.state is LinkedState.OPEN
    assert looked.link.next_at == NOON + MINUTE
    assert SetField(field_id=str(FIELD), value=LINK.url) in looked.decision.changes
    assert LINK.url in text(looked.decision)


def test_what_takes_long_is_told_once() -> None:
    wanted = replace(LINK, state=LinkedState.WANTED, wanted_at=NOON)
    soon = linking.put_off(POLICY, CASE, wanted, NOON + MINUTE, NOON)
    late = linking.put_off(POLICY, CASE, soon.link, NOON + 6 * MINUTE, NOON + 5 * MINUTE)
    later = linking.put_off(POLICY, CASE, late.link, NOON + HOUR, NOON + 50 * MINUTE)

    assert [bool(one.decision.changes) for one in (soon, late, later)] == [False, True, False]
    assert later.link.next_at == NOON + HOUR


def test_what_is_refused_is_told_with_the_reason() -> None:
    looked = linking.refused(POLICY, CASE, LINK, "there is no project ENG")

    assert (looked.link.state, looked.link.problem) == (LinkedState.REFUSED, "there is no project ENG")
    assert "there is no project ENG" in text(looked.decision)


LOOKS = [
    # the case, its link, the other ticket, when somebody did something there → state of both, and why
    (CASE, LINK, there(), None, CaseState.OPEN, LinkedState.OPEN, Reason.NOT_EXPECTED_NOW),
    (CASE, LINK, there(Status.OPEN), None, CaseState.OPEN, LinkedState.OPEN, Reason.NOT_EXPECTED_NOW),
    (CASE, LINK, there(), NOON, CaseState.ACKNOWLEDGED, LinkedState.OPEN, Reason.LINKED_TAKEN_UP),
    (CASE, LINK, there(Status.HOLD), None, CaseState.ACKNOWLEDGED, LinkedState.OPEN, Reason.LINKED_TAKEN_UP),
    (CASE, LINK, there(Status.SOLVED), None, CaseState.ACKNOWLEDGED, LinkedState.SOLVED, Reason.LINKED_SOLVED),
    (CASE, LINK, there(Status.CLOSED), NOON, CaseState.ACKNOWLEDGED, LinkedState.SOLVED, Reason.LINKED_SOLVED),
]
TAKEN = replace(CASE, state=CaseState.ACKNOWLEDGED, acknowledged_at=NOON - HOUR)
CLIMBED, BACK = replace(CASE, step=2, owner="rui"), replace(LINK, state=LinkedState.GONE)
TAKEN_UP = replace(LINK, taken_up=True)
WAITING = replace(CASE, state=CaseState.WAITING, waiting_for="vendor", waiting_since=NOON - HOUR)
RESOLVED = replace(CASE, state=CaseState.RESOLVED, resolved_at=NOON - HOUR, asked=True)
SOLVED = replace(TAKEN_UP, state=LinkedState.SOLVED)
LOOKS += [
    (TAKEN, TAKEN_UP, there(), NOON, CaseState.IN_PROGRESS, LinkedState.OPEN, Reason.STARTED),
    (TAKEN, TAKEN_UP, there(Status.HOLD), None, CaseState.ACKNOWLEDGED, LinkedState.OPEN, Reason.NOT_EXPECTED_NOW),
    (WAITING, TAKEN_UP, there(Status.SOLVED), None, CaseState.IN_PROGRESS, LinkedState.SOLVED, Reason.LINKED_SOLVED),
    (RESOLVED, SOLVED, there(Status.OPEN), None, CaseState.IN_PROGRESS, LinkedState.OPEN, Reason.LINKED_REOPENED),
    (TAKEN, SOLVED, there(Status.OPEN), None, CaseState.ACKNOWLEDGED, LinkedState.OPEN, Reason.LINKED_REOPENED),
    (TAKEN, SOLVED, there(Status.CLOSED), None, CaseState.ACKNOWLEDGED, LinkedState.SOLVED, Reason.NOT_EXPECTED_NOW),
    (RESOLVED, LINK, there(Status.SOLVED), None, CaseState.RESOLVED, LinkedState.SOLVED, Reason.LINKED_SOLVED),
    # on another step than the one that opened it: told, and nothing else
    (CLIMBED, LINK, there(), NOON, CaseState.OPEN, LinkedState.OPEN, Reason.NOT_EXPECTED_NOW),
    (CLIMBED, LINK, there(Status.SOLVED), None, CaseState.OPEN, LinkedState.SOLVED, Reason.LINKED_SOLVED),
    # gone, and there again
    (TAKEN, BACK, there(), None, CaseState.ACKNOWLEDGED, LinkedState.OPEN, Reason.LINKED_REOPENED),
]


@pytest.mark.parametrize(("case", "link", "seen", "active", "state", "becomes", "why"), LOOKS)
def test_a_look_moves_the_case(
    case: Case,
    link: LinkedTicket,
    seen: Ticket,
    active: Any,
    state: CaseState,
    becomes: LinkedState,
    why: Reason,
) -> None:
    looked = linking.looked_at(POLICY, case, link, seen, NOON, active_at=active)

    assert looked.decision.case is not None
    assert (looked.decision.case.state, looked.link.state, looked.decision.reason) == (state, becomes, why)
    told = why not in (Reason.NOT_EXPECTED_NOW, Reason.STARTED)
    assert bool(looked.decision.changes) is told
    assert (LINK.url in text(looked.decision)) is told
    assert looked.link.next_at is None
    again = linking.looked_at(POLICY, looked.decision.case, looked.link, seen, NOON, active_at=active)
    assert (again.link, again.decision.reason) == (looked.link, Reason.NOT_EXPECTED_NOW)


def test_work_there_counts_from_when_it_was_done() -> None:
    looked = linking.looked_at(POLICY, CASE, LINK, there(), NOON, active_at=NOON - 5 * MINUTE)

    assert looked.decision.case is not None
    assert looked.decision.case.acknowledged_at == NOON - 5 * MINUTE
    assert looked.decision.case.due_at == NOON - 5 * MINUTE + 4 * HOUR


def test_solved_there_the_customer_is_asked_where_the_policy_says_so() -> None:
    looked = linking.looked_at(ASKS, CASE, LINK, there(Status.SOLVED), NOON)

    assert looked.decision.case is not None
    assert looked.decision.case.state is CaseState.RESOLVED
    assert [say.template for say in looked.decision.says] == ["ask"]
    assert looked.decision.reason is Reason.LINKED_SOLVED


@pytest.mark.parametrize("case", [None, replace(CASE, id="c2"), replace(CASE, state=CaseState.CLOSED)])
@pytest.mark.parametrize(
    ("link", "status"), [(LINK, Status.SOLVED), (SOLVED, Status.OPEN), (LINK, Status.HOLD), (LINK, Status.NEW)]
)
def test_a_case_that_it_is_not_of_is_left_alone(case: Case | None, link: LinkedTicket, status: Status) -> None:
    looked = linking.looked_at(POLICY, case, link, there(status), NOON, active_at=NOON)

    assert (looked.decision.case, looked.decision.changes) == (case, ())
    assert linking.gone(POLICY, case, link).decision.changes == ()


def test_of_one_that_is_gone_agents_are_told() -> None:
    looked = linking.gone(POLICY, CASE, LINK)

    assert (looked.link.state, looked.decision.case) == (LinkedState.GONE, CASE)
    assert "there no more" in text(looked.decision)


# --- what its people hear

CLOSED = replace(CASE, state=CaseState.CLOSED)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (CASE, CASE, None),
        (CASE, TAKEN, None),
        (None, CASE, None),
        (CASE, None, None),
        (CASE, replace(CLOSED, id="c9"), None),
        (CASE, CLOSED, "it is closed"),
        (RESOLVED, replace(CLOSED, ended_by=Reason.CONFIRMED), "the customer confirms"),
        (CASE, replace(CASE, state=CaseState.DE_ESCALATED), "no escalation any more"),
        (CASE, replace(CASE, state=CaseState.CANCELLED), "is gone"),
        (RESOLVED, replace(TAKEN, state=CaseState.IN_PROGRESS), "does not work"),
        (RESOLVED, replace(TAKEN, state=CaseState.IN_PROGRESS, asked=True), "not sure"),
        (RESOLVED, replace(TAKEN, state=CaseState.IN_PROGRESS, reopened=1), "open again"),
        (CLOSED, replace(TAKEN, state=CaseState.IN_PROGRESS, reopened=1), "open again"),
        (CASE, replace(CASE, severity=Severity.SEV1), "it is sev1 now"),
        (CASE, replace(CASE, severity=Severity.SEV3), None),
    ],
)
def test_a_move_of_the_case_is_told(before: Case | None, after: Case | None, told: str | None) -> None:
    found = [one.text for one in linking.news(before, after, [TAKEN_UP])]

    assert [told in one for one in found] == ([True] if told else [])
    assert all(one.startswith("acme#42: ") for one in found)


def test_each_case_is_told_of_by_itself() -> None:
    ends = [(replace(CASE, id=id_), replace(CLOSED, id=id_)) for id_ in ("c1", "c2")]

    keys = {one.key for before, after in ends for one in linking.news(before, after, [replace(LINK, case_id=after.id)])}

    assert len(keys) == 2


@pytest.mark.parametrize("link", [replace(LINK, case_id="c0"), *(replace(LINK, state=one) for one in LinkedState)])
def test_only_who_works_on_it_is_told(link: LinkedTicket) -> None:
    found = list(linking.news(CASE, CLOSED, [link]))

    assert bool(found) is (link.case_id == "c1" and link.state in (LinkedState.OPEN, LinkedState.SOLVED))


# --- what is opened


def test_without_templates_the_subject_is_the_tickets_own_and_the_text_a_plain_one() -> None:
    plain = compile_policy(policy(opens={**OPENS, "subject": "subject", "text": "text"}))
    opening = plain.ladders["up"][1].opens
    assert opening is not None
    opening = replace(opening, subject=None, text=None)

    wish = linking.wish(plain, CASE, opening, replace(TICKET, subject="No\npayment"), LINK, "https://acme.example/42")

    assert wish.subject == "No payment"
    assert "Ben Ode" in wish.text
    assert wish.text.endswith("Opened for acme#42: https://acme.example/42")
    assert wish.tags[0] == "escalation_linked"


def test_a_ticket_without_a_subject_has_one_of_ours() -> None:
    opening = POLICY.ladders["up"][1].opens
    assert opening is not None

    wish = linking.wish(
        POLICY, CASE, replace(opening, subject=None), replace(TICKET, subject=""), LINK, "https://x.example"
    )

    assert wish.subject == "Escalated ticket"


def test_an_address_that_stands_in_the_text_is_not_added() -> None:
    opening = POLICY.ladders["up"][1].opens
    assert opening is not None
    told = replace(TICKET, subject="x", url="https://acme.example/42")
    texts = compile_policy(policy(opens=OPENS, templates={"subject": "s", "text": "See {{ ticket.url }}", "ask": "?"}))

    wish = linking.wish(texts, CASE, opening, told, LINK, "https://acme.example/42")

    assert wish.text == "See https://acme.example/42"


def test_no_rule_escalates_what_was_opened_for_another() -> None:
    linked = replace(TICKET, tags=frozenset({"escalation_linked", "payment"}))

    decision = decide(POLICY, None, linked, Evaluation(judged=()), now=NOON, new_id="c9")

    assert (decision.reason, decision.case) == (Reason.LINKED, None)
