"""A case that spans two helpdesks: its engineering step opens a ticket on another connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.jira.client import JiraClient
from connectors.jira.markup import seen
from connectors.model import Mode, TicketRef
from connectors.zendesk.client import ZendeskClient
from plugin.core.model import CaseState
from plugin.store.store import Store
from tests.scenarios import jira
from tests.scenarios.jira import living_jira
from tests.scenarios.policies import says
from tests.scenarios.test_merged_tickets import merge
from tests.scenarios.two_desks import FIELD, LAB, TwoDesks, policy, two_desks
from tests.scenarios.world import ACME, ANA, BEN, CUSTOMER, OURS, RUI

RESOLUTION = {"ask": "ask", "close_after": "3d"}


#: Each kind on the engine that it is likelier to stand beside; the engines are compared elsewhere.
KINDS = {"jira-cloud": "postgresql", "jira-data-center": "sqlite", "zendesk": "sqlite"}


@pytest.fixture(params=KINDS)
def desks(request: pytest.FixtureRequest) -> Iterator[TwoDesks]:
    url = str(request.getfixturevalue(f"migrated_{KINDS[request.param]}_url"))
    with two_desks(url, request.param) as desks:
        yield desks


@pytest.fixture
def pair(sqlite_url: str) -> Iterator[TwoDesks]:
    """Give two of which it does not matter what kind the other one is."""
    with two_desks(sqlite_url, "jira-cloud") as desks:
        yield desks


@pytest.fixture
def alike(sqlite_url: str) -> Iterator[TwoDesks]:
    """Give two of one kind."""
    with two_desks(sqlite_url, "zendesk") as desks:
        yield desks


def lab_ticket(desks: TwoDesks) -> str:
    (only,) = desks.lab.ids()
    return only


def newest_note(desks: TwoDesks, ticket: int) -> str:
    return desks.comments(ticket, public=False, by=OURS)[-1]


def test_the_engineering_step_opens_one_ticket_and_links_both_ways(desks: TwoDesks) -> None:
    ticket = desks.customer_writes("My card is refused", subject="No payment", tags=["payment"])
    desks.settle()
    assert desks.lab.ids() == []

    desks.clock.forward(hours=1)
    desks.settle()

    found = desks.lab.show(lab_ticket(desks))
    assert found["subject"] == "sev2: No payment"
    assert found["text"].startswith("Cora Nunes cannot pay. Ben Ode owns it.")
    address = f"{desks.sandbox.url}/agent/tickets/{ticket}"
    assert address in found["text"]
    assert found["links"] in ([address], [])
    assert {"escalation_linked", "payments"} <= set(found["tags"])
    url = next(word for word in newest_note(desks, ticket).split() if word.startswith("http"))
    shown = {one["id"]: one["value"] for one in desks.ticket(ticket)["custom_fields"]}
    assert shown[FIELD] == url
    assert desks.case(ticket).owner == "ben"
    assert desks.reasons(ticket).count("linked_opened") == 1


def test_work_there_acknowledges_the_step(desks: TwoDesks) -> None:
    ticket = desks.escalated()
    desks.clock.forward(minutes=30)
    desks.lab.comment(lab_ticket(desks), "Looking into it")
    desks.settle()

    case = desks.case(ticket)
    assert (case.state, case.owner) == (CaseState.ACKNOWLEDGED, "ben")
    assert case.acknowledged_at == desks.clock()
    assert "taken up" in newest_note(desks, ticket)
    desks.clock.forward(hours=3)
    desks.lab.comment(lab_ticket(desks), "Found it")
    desks.settle()
    desks.clock.forward(hours=3)  # four hours after the first word, and not after the last
    desks.settle()
    assert desks.case(ticket).owner == "ben"


def test_where_nobody_works_there_the_case_climbs_on(pair: TwoDesks) -> None:
    ticket = pair.escalated()

    pair.clock.forward(hours=2)
    pair.settle()

    assert pair.case(ticket).owner == "rui"
    assert len(pair.lab.ids()) == 1


def test_solved_there_the_owner_tells_the_customer(desks: TwoDesks) -> None:
    ticket = desks.escalated()
    desks.clock.forward(minutes=10)

    desks.lab.set(lab_ticket(desks), "solved")
    desks.settle()

    case = desks.case(ticket)
    assert case.owner == "ben"
    assert case.state in (CaseState.ACKNOWLEDGED, CaseState.IN_PROGRESS)
    assert case.due_at == desks.clock() + timedelta(hours=4)
    assert "solved there" in newest_note(desks, ticket)
    assert "Tell the customer" in newest_note(desks, ticket)
    assert desks.comments(ticket, public=True) == []


@pytest.mark.parametrize("kind", ["jira-cloud", "zendesk"])
def test_solved_there_the_customer_is_asked_where_the_policy_says_so(sqlite_url: str, kind: str) -> None:
    opens = {"when_solved": "ask_customer"}
    with two_desks(sqlite_url, kind, opens=opens, resolution=RESOLUTION) as desks:
        ticket = desks.escalated()
        desks.lab.set(lab_ticket(desks), "solved")
        desks.settle()
        assert desks.case(ticket).state is CaseState.RESOLVED
        assert desks.comments(ticket, public=True) == ["Does it work now?"]

        desks.clock.forward(hours=1)
        desks.sandbox.act(CUSTOMER).comment(ticket, "No")
        desks.settle()
        assert desks.case(ticket).state is CaseState.IN_PROGRESS
        assert "does not work" in desks.lab.notes(lab_ticket(desks))[-1]

        desks.clock.forward(hours=1)
        desks.lab.set(lab_ticket(desks), "open")
        desks.settle()
        assert "opened again" in newest_note(desks, ticket)
        desks.clock.forward(hours=1)
        desks.lab.set(lab_ticket(desks), "solved")
        desks.settle()
        desks.sandbox.act(CUSTOMER).comment(ticket, "Yes")
        desks.settle()

        assert desks.case(ticket).state is CaseState.CLOSED
        assert "confirms" in desks.lab.notes(lab_ticket(desks))[-1]
        assert len(desks.lab.ids()) == 1


def test_opened_again_there_a_case_that_was_resolved_goes_on(sqlite_url: str) -> None:
    opens = {"when_solved": "ask_customer"}
    with two_desks(sqlite_url, "jira-cloud", opens=opens, resolution=RESOLUTION) as desks:
        ticket = desks.escalated()
        desks.lab.set(lab_ticket(desks), "solved")
        desks.settle()
        desks.clock.forward(hours=1)

        desks.lab.set(lab_ticket(desks), "open")
        desks.settle()

        assert desks.case(ticket).state is CaseState.IN_PROGRESS
        assert desks.reasons(ticket).count("linked_reopened") == 1


def test_deleted_there_agents_are_told(desks: TwoDesks) -> None:
    ticket = desks.escalated()

    desks.lab.delete(lab_ticket(desks))
    desks.settle()

    assert "there no more" in newest_note(desks, ticket)
    assert desks.case(ticket).state is CaseState.OPEN
    desks.clock.forward(hours=2)
    desks.settle()
    assert desks.case(ticket).owner == "rui"


def test_those_who_work_on_it_hear_what_became_of_the_case(alike: TwoDesks) -> None:
    ticket = alike.escalated()

    alike.sandbox.act(ANA).update(ticket, status="solved")
    alike.settle()

    (told,) = alike.lab.notes(lab_ticket(alike))
    assert told == f"{ACME}#{ticket}: the case has ended: it is closed."
    log = len(alike.parts.store.log())
    alike.clock.forward(days=1)
    alike.settle()
    assert len(alike.parts.store.log()) == log


def test_what_was_opened_for_a_case_is_escalated_by_no_rule(sqlite_url: str) -> None:
    with two_desks(sqlite_url, "zendesk", opens={"tags": ["payment"]}) as desks:
        desks.escalated()
        desks.lab.comment(lab_ticket(desks), "Looking into it")
        desks.settle()
        for _ in range(5):
            desks.clock.forward(hours=5)
            desks.settle()

        assert len(desks.lab.ids()) == 1
        assert len(desks.parts.store.cases()) == 1
        assert len(desks.sandbox.helpdesk.tickets) == 1
        there = [entry.reason.value for entry in desks.parts.store.log() if entry.ticket.connection == "lab"]
        assert "linked" in there


def test_two_that_open_tickets_for_each_other_do_not_go_in_circles(sqlite_url: str) -> None:
    """An agent escalates the linked ticket by hand: nothing is opened for it in turn."""
    with two_desks(sqlite_url, "zendesk") as desks:
        desks.escalated()
        desks.sandbox.idle()
        desks.lab.set(lab_ticket(desks), "open")
        desks.lab.comment(lab_ticket(desks), "/esc escalate sev2 it is urgent")
        desks.settle()
        for _ in range(4):
            desks.clock.forward(hours=2)
            desks.settle()

        assert (len(desks.lab.ids()), len(desks.sandbox.helpdesk.tickets)) == (1, 1)


# --- when the other helpdesk does not do as it should


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
def test_a_lost_answer_opens_no_second_ticket(desks: TwoDesks, fault: str) -> None:
    desks.lab.faults().add("POST", desks.lab.create_path(), fault)

    ticket = desks.escalated()
    for _ in range(3):
        desks.clock.forward(minutes=1)
        desks.settle()

    assert len(desks.lab.ids()) == 1
    assert desks.reasons(ticket).count("linked_opened") == 1


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
def test_one_whose_case_ended_before_the_answer_came_is_told(pair: TwoDesks, fault: str) -> None:
    pair.lab.faults().add("POST", pair.lab.create_path(), fault)
    ticket = pair.escalated()
    pair.sandbox.act(BEN).update(ticket, status="solved")
    pair.settle()
    for _ in range(3):
        pair.clock.forward(minutes=1)
        pair.settle()

    found = [pair.lab.notes(one) for one in pair.lab.ids()]
    assert found == ([[f"{ACME}#{ticket}: the case has ended already."]] if fault == "drop_after" else [])
    states = [one.state.value for one in pair.parts.store.opened_for(TicketRef(connection=ACME, id=str(ticket)))]
    assert states == ["open" if fault == "drop_after" else "withdrawn"]


def test_what_cannot_be_looked_for_now_is_looked_for_later(pair: TwoDesks) -> None:
    pair.lab.faults().add("POST", pair.lab.create_path(), "drop_after")
    pair.lab.faults().add("POST", r"/search/jql$", "status", status=503, times=2)
    ticket = pair.escalated()
    pair.sandbox.act(BEN).update(ticket, status="solved")
    for _ in range(6):
        pair.settle()
        pair.clock.forward(minutes=1)

    assert pair.lab.notes(lab_ticket(pair)) == [f"{ACME}#{ticket}: the case has ended already."]


def test_a_helpdesk_that_is_down_holds_nothing_up(alike: TwoDesks) -> None:
    for _ in range(8):
        alike.lab.faults().add("POST", alike.lab.create_path(), "status", status=503, retry_after=120)
    ticket = alike.escalated()
    assert alike.case(ticket).owner == "ben"
    for _ in range(6):
        alike.clock.forward(minutes=3)
        alike.settle()
    told = [note for note in alike.comments(ticket, public=False) if "No ticket can be opened on lab now" in note]
    assert len(told) == 1

    alike.clock.forward(hours=2)
    alike.settle()
    assert alike.case(ticket).owner == "rui"
    for _ in range(10):
        alike.clock.forward(minutes=5)
        alike.settle()

    assert len(alike.lab.ids()) == 1


def test_what_is_refused_is_said_with_the_reason(pair: TwoDesks) -> None:
    refusal: dict[str, Any] = {"status": 403}
    pair.lab.faults().add("POST", pair.lab.create_path(), "status", **refusal)

    ticket = pair.escalated()

    assert "No ticket could be opened on lab" in newest_note(pair, ticket)
    assert "linked_refused" in pair.reasons(ticket)
    assert "linked_late" not in pair.reasons(ticket)  # it is not tried again
    pair.clock.forward(hours=2)
    pair.settle()
    assert pair.case(ticket).owner == "rui"
    assert pair.lab.ids() == []


@pytest.mark.parametrize(
    ("change", "told"), [({}, 'no connection "lab"'), ({"mode": Mode.SHADOW}, "the connection is shadow")]
)
def test_where_nothing_may_be_opened_agents_are_told(pair: TwoDesks, change: dict[str, Any], told: str) -> None:
    known = pair.parts.accounts
    pair.parts.accounts = {ACME: known[ACME], **({LAB: replace(known[LAB], **change)} if change else {})}

    ticket = pair.escalated()

    assert told in newest_note(pair, ticket)
    assert pair.lab.ids() == []


def test_a_pause_of_the_other_helpdesk_is_kept(pair: TwoDesks) -> None:
    pair.lab.faults().add("POST", pair.lab.create_path(), "status", status=429, retry_after=1800)
    pair.escalated()
    begun = len([one for one in pair.lab.requests() if one == "POST"])

    pair.clock.forward(minutes=-50)
    second = pair.escalated()

    assert len([one for one in pair.lab.requests() if one == "POST"]) == begun
    assert "linked_late" in pair.reasons(second)
    pair.clock.forward(minutes=40)
    pair.settle()
    assert len(pair.lab.ids()) == 2


def test_a_case_that_is_raised_to_a_ladder_without_it_opens_nothing(sqlite_url: str) -> None:
    worse = {"name": "worse", "when": says("ticket.tags", "contains", "outage")}
    worse["escalate"] = {"issue_type": "outage", "severity": "sev1"}
    row = {"issue_type": "outage", "severity": "*", "owner": "rui"}
    usual = policy()
    with two_desks(sqlite_url, "jira-cloud", rules=[*usual["rules"], worse], matrix=[row, *usual["matrix"]]) as desks:
        desks.lab.faults().add("POST", desks.lab.create_path(), "status", status=503, retry_after=600)
        ticket = desks.escalated()
        desks.sandbox.act(ANA).update(ticket, tags=["payment", "outage"])
        desks.settle()
        desks.clock.forward(minutes=15)
        desks.settle()

        assert desks.case(ticket).owner == "rui"
        assert desks.reasons(ticket).count("linked_withdrawn") == 1
        desks.clock.forward(hours=1)
        desks.settle()
        assert desks.lab.ids() == []


def test_a_ticket_that_is_merged_there_is_followed(alike: TwoDesks) -> None:
    ticket = alike.escalated()
    there = lab_ticket(alike)
    other = alike.lab.open("The same")

    alike.lab.merge(there, other)
    alike.settle()
    alike.lab.set(other, "solved")
    alike.settle()

    assert "linked_solved" in alike.reasons(ticket)


@pytest.mark.parametrize(("status", "told"), [(503, "solved there"), (403, "there no more")])
def test_a_ticket_that_cannot_be_read_is_looked_at_later_or_given_up(pair: TwoDesks, status: int, told: str) -> None:
    ticket = pair.escalated()
    pair.clock.forward(minutes=5)
    pair.settle()
    pair.lab.faults().add("GET", r"/issue/\d+$", "status", status=status)

    pair.lab.set(lab_ticket(pair), "solved")
    pair.settle()
    pair.clock.forward(minutes=1)
    pair.settle()

    assert told in newest_note(pair, ticket)


def test_nobody_is_left_a_hint_who_does_not_listen(pair: TwoDesks) -> None:
    pair.escalated()
    pair.parts.accounts = {LAB: pair.parts.accounts[LAB]}

    pair.lab.set(lab_ticket(pair), "solved")
    pair.settle()

    assert pair.parts.store.figures().pending_deliveries == 0


def test_a_connection_that_is_taken_out_leaves_the_case_alone(pair: TwoDesks) -> None:
    ticket = pair.escalated()
    pair.parts.accounts = {ACME: pair.parts.accounts[ACME]}

    pair.clock.forward(hours=2)
    pair.settle()

    assert pair.case(ticket).owner == "rui"


def test_what_was_refused_is_opened_once_a_person_says_so(pair: TwoDesks) -> None:
    pair.lab.faults().add("POST", pair.lab.create_path(), "status", status=403)
    ticket = pair.escalated()
    (letter,) = pair.parts.store.dead_letters()
    assert (letter.kind, letter.ticket_id) == ("linked", str(ticket))
    assert "lab DEV Bug" in letter.reason
    assert pair.parts.store.figures().dead_operations == 1

    pair.parts.store.replay(letter, now=pair.clock())
    pair.settle()

    assert len(pair.lab.ids()) == 1
    assert pair.parts.store.dead_letters() == []


def test_what_was_refused_waits_for_nobody_once_the_case_has_ended(pair: TwoDesks) -> None:
    pair.lab.faults().add("POST", pair.lab.create_path(), "status", status=403)
    ticket = pair.escalated()

    pair.sandbox.act(ANA).update(ticket, status="solved")
    pair.settle()

    assert pair.parts.store.dead_letters() == []


def test_a_case_that_is_opened_again_opens_what_was_withdrawn(sqlite_url: str) -> None:
    with two_desks(sqlite_url, "jira-cloud", resolution=RESOLUTION) as desks:
        desks.lab.faults().add("POST", desks.lab.create_path(), "status", status=503, retry_after=600)
        ticket = desks.escalated()
        desks.sandbox.act(BEN).update(ticket, status="solved")
        desks.settle()
        desks.clock.forward(days=4)
        desks.settle()
        assert desks.case(ticket).state is CaseState.CLOSED

        desks.sandbox.act(CUSTOMER).comment(ticket, "It is broken again")
        desks.settle()

        assert desks.case(ticket).state is CaseState.IN_PROGRESS
        assert len(desks.lab.ids()) == 1


def test_a_case_that_is_opened_again_is_told_there(sqlite_url: str) -> None:
    with two_desks(sqlite_url, "jira-cloud", resolution=RESOLUTION) as desks:
        ticket = desks.escalated()
        desks.sandbox.act(BEN).update(ticket, status="solved")
        desks.settle()
        desks.sandbox.act(CUSTOMER).comment(ticket, "Yes")
        desks.settle()
        desks.clock.forward(hours=1)
        desks.sandbox.act(CUSTOMER).comment(ticket, "It is broken again")
        desks.settle()

        told = desks.lab.notes(lab_ticket(desks))
        assert ["the customer confirms" in told[0], "open again" in told[1], len(told)] == [True, True, 2]


def test_killed_at_any_step_one_ticket_is_opened(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written when the worker died, another one goes on from there."""
    with two_desks(sqlite_url, "jira-cloud") as desks:
        for step in range(MOST_STEPS):
            known = set(desks.lab.ids())
            ticket = desks.customer_writes(tags=["payment"])
            desks.settle()
            desks.clock.forward(hours=1)
            with monkeypatch.context() as patch:
                killed = killed_at(desks, step, patch)
            for _ in range(2):
                desks.clock.forward(minutes=2)
                desks.settle()

            (there,) = set(desks.lab.ids()) - known
            desks.lab.comment(there, "Looking into it")
            desks.settle()
            reasons = desks.reasons(ticket)
            assert reasons.count("linked_opened") == 1, f"killed at step {step}"
            assert desks.case(ticket).state is CaseState.ACKNOWLEDGED, f"killed at step {step}"
            notes = [note for note in desks.comments(ticket, public=False) if "was opened for it" in note]
            assert len(notes) == 1, f"killed at step {step}"
            desks.sandbox.act(BEN).update(ticket, status="solved")
            desks.settle()
            if not killed:
                break
        assert 5 < step < MOST_STEPS - 1


#: More than one escalation to the other helpdesk has.
MOST_STEPS = 60


class Killed(BaseException):
    """A worker's end, wherever it is."""


def killed_at(desks: TwoDesks, step: int, patch: pytest.MonkeyPatch) -> bool:
    """Work until a step after something lasting, and say if that many there were: before the next it is the same."""
    left = [step]

    def around(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            answer = function(*args, **kwargs)
            point()
            return answer

        return counted

    def point() -> None:
        if left[0] == 0:
            left[0] = -1
            raise Killed
        left[0] -= 1

    for kind, name in ((Store, "write"), (ZendeskClient, "apply"), (JiraClient, "open_ticket")):
        patch.setattr(kind, name, around(getattr(kind, name)))
    try:
        desks.settle()
    except Killed:
        return True
    return False


def test_a_ticket_that_agents_opted_out_opens_nothing(pair: TwoDesks) -> None:
    pair.lab.faults().add("POST", pair.lab.create_path(), "status", status=503, retry_after=300)
    ticket = pair.escalated()
    pair.sandbox.act(ANA).update(ticket, tags=["payment", "no_escalation"])
    pair.settle()
    for _ in range(4):
        pair.clock.forward(minutes=10)
        pair.settle()

    assert pair.lab.ids() == []


def test_a_first_step_opens_its_ticket_with_the_case_once_it_is_approved(sqlite_url: str) -> None:
    usual = policy()
    rule = {**usual["rules"][0], "approval": {"by": ["rui"], "within": "4h"}}
    ladder = {"up": {"steps": usual["ladders"]["up"]["steps"][1:]}}
    ladder["up"]["steps"][0]["open_ticket"] |= {"project": "DEV", "type": "Bug"}
    with two_desks(sqlite_url, "jira-cloud", rules=[rule], ladders=ladder) as desks:
        ticket = desks.customer_writes(tags=["payment"])
        desks.settle()
        assert desks.lab.ids() == []

        desks.sandbox.act(RUI).comment(ticket, "/esc approve", public=False)
        desks.settle()

        assert len(desks.lab.ids()) == 1
        assert desks.case(ticket).owner == "ben"


def test_a_case_whose_remedy_is_in_opens_nothing_until_it_goes_on(sqlite_url: str) -> None:
    with two_desks(sqlite_url, "jira-cloud", resolution=RESOLUTION) as desks:
        desks.lab.faults().add("POST", desks.lab.create_path(), "status", status=503, retry_after=300)
        ticket = desks.escalated()
        desks.sandbox.act(BEN).update(ticket, status="solved")
        desks.settle()
        desks.clock.forward(hours=1)
        desks.settle()
        assert (desks.case(ticket).state, desks.lab.ids()) == (CaseState.RESOLVED, [])

        desks.sandbox.act(CUSTOMER).comment(ticket, "No")
        desks.settle()

        assert desks.case(ticket).state is CaseState.IN_PROGRESS
        assert len(desks.lab.ids()) == 1


def test_a_case_that_ends_first_opens_nothing(pair: TwoDesks) -> None:
    for _ in range(3):
        pair.lab.faults().add("POST", pair.lab.create_path(), "status", status=503, retry_after=600)
    ticket = pair.escalated()
    pair.sandbox.act(BEN).update(ticket, status="solved")
    pair.settle()
    for _ in range(4):
        pair.clock.forward(minutes=20)
        pair.settle()

    assert pair.lab.ids() == []
    assert "linked_withdrawn" in pair.reasons(ticket)


def test_a_merged_ticket_takes_its_link_along(pair: TwoDesks) -> None:
    ticket = pair.escalated()
    other = pair.customer_writes("Again", subject="Still no payment")
    pair.settle()
    merge(pair, ticket, other)
    pair.settle()
    pair.clock.forward(minutes=5)

    pair.lab.comment(lab_ticket(pair), "Looking into it")
    pair.settle()

    case = pair.case(other)
    assert case.state is CaseState.ACKNOWLEDGED
    assert len(pair.lab.ids()) == 1


# --- two projects of one site


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data_center"])
@pytest.mark.parametrize("link_type", [None, "Escalation", "no such type"])
def test_two_projects_of_one_site_are_linked_as_jira_links_issues(
    sqlite_url: str, cloud: bool, link_type: str | None
) -> None:
    opens: dict[str, Any] = {"connection": jira.SD, "project": "DEV", "type": "Bug"}
    opens |= {"link_type": link_type} if link_type else {}
    document = policy(opens=opens, fields={})
    document["people"] = {
        key: {**one, "ids": {jira.SD: one_id}}
        for (key, one), one_id in zip(document["people"].items(), (jira.ANA, jira.BEN, jira.ANA), strict=True)
    }
    del document["ladders"]["up"]["steps"][1]["open_ticket"]["show_in"]
    document["people"].pop("rui")
    del document["ladders"]["up"]["steps"][2]
    with living_jira(sqlite_url, document, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.settle()
        world.clock.forward(hours=1)
        world.settle()
        (there,) = set(world.sandbox.site.issues) - {number}

        assert world.sandbox.site.links == [("Escalation" if link_type == "Escalation" else "Relates", number, there)]
        assert world.sandbox.site.remote_links[there] == {}
        key = world.issue(number)["key"]
        assert seen(world.issue(there)["description"]).endswith(f"{world.sandbox.url}/browse/{key}")
        world.sandbox.act(jira.BEN).edit(there, status="5")
        world.settle()
        assert "linked_solved" in world.reasons(number)
        world.sandbox.act(jira.ANA).edit(number, status="5")
        world.settle()
        assert world.said(there, public=True)[-1].startswith(f"{jira.SD} {key}: the case has ended")
