"""What agents tell the plugin on the ticket itself: by a tag, a field, or a line of an internal note."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connectors.model import Mode
from plugin.core.model import Case, CaseState
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, BEN, CUSTOMER, World, living

WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
STEPS = [
    {"tier": "specialist", "owner": "ana", "acknowledge_within": "15m", "work_within": "4h"},
    {"tier": "manager", "owner": "ben", "acknowledge_within": "30m", "work_within": "4h"},
]
ROW = {
    "issue_type": "*",
    "severity": "*",
    "ladder": "up",
    "targets": {"update_every": "2h"},
    "changes": {"tags": ["escalated"], "internal_note": "note"},
}


def commanded(**more: Any) -> dict[str, Any]:
    return policy(
        WHEN,
        more={
            "matrix": [ROW],
            "ladders": {"up": {"steps": STEPS}},
            "admin": "ben",
            "state_tags": "esc",
            "resolution": {"ask": "told"},
            **more,
        },
    )


@contextmanager
def told(url: str, *, escalated: bool = True, **more: Any) -> Iterator[tuple[World, int]]:
    with living(url, policy=commanded(**more)) as world:
        ticket = world.customer_writes(tags=["payment"] if escalated else [])
        world.settle()
        yield world, ticket


def case_of(world: World) -> Case:
    return world.parts.store.cases()[-1]


def note(world: World, ticket: int) -> str:
    return world.comments(ticket, public=False)[-1]


def writes(world: World, ticket: int, line: str, by: int = ANA) -> None:
    world.sandbox.act(by).comment(ticket, line, public=False)
    world.settle()


def tags(world: World, ticket: int, *more: str, by: int = ANA) -> None:
    world.sandbox.act(by).update(ticket, tags=[*world.ticket(ticket)["tags"], *more])
    world.settle()


def test_an_acknowledgement_by_tag_is_answered_and_the_tag_is_used_up(migrated_url: str) -> None:
    with told(migrated_url) as (world, ticket):
        assert "esc_awaiting_ack" in world.ticket(ticket)["tags"]

        tags(world, ticket, "esc_ack")

        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert "Ana Lima has acknowledged it." in note(world, ticket)
        left = set(world.ticket(ticket)["tags"])
        assert not left & {"esc_ack", "esc_awaiting_ack"}
        assert {"esc", "esc_sev2", "esc_in_progress"} <= left


def test_a_second_acknowledgement_is_refused_politely(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        before = case_of(world)
        writes(world, ticket, "/esc ack")

        assert replace(case_of(world), obeyed=before.obeyed) == before
        assert "there is nothing to acknowledge" in note(world, ticket)


def test_whoever_acknowledges_anothers_case_takes_it_over(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack", by=BEN)

        assert (case_of(world).owner, case_of(world).state) == ("ben", CaseState.ACKNOWLEDGED)
        assert world.ticket(ticket)["assignee_id"] == BEN


@pytest.mark.parametrize("text", ["/esc deescalate not urgent", "/esc ack"])
def test_a_customer_commands_nothing(sqlite_url: str, text: str) -> None:
    with told(sqlite_url) as (world, ticket):
        world.sandbox.act(CUSTOMER).comment(ticket, text)
        world.settle()

        assert case_of(world).state is CaseState.OPEN


def test_a_public_comment_is_no_command(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        world.sandbox.act(BEN).comment(ticket, "/esc handoff")
        world.settle()

        assert case_of(world).owner == "ana"


def test_a_hand_off_climbs_at_once_and_says_who_and_why(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc handoff needs a refund above my limit")

        assert (case_of(world).owner, case_of(world).state) == ("ben", CaseState.OPEN)
        assert "Ana Lima hands it off: needs a refund above my limit." in note(world, ticket)
        assert world.ticket(ticket)["assignee_id"] == BEN


def test_a_request_opens_a_case_with_everything_its_row_wants(migrated_url: str) -> None:
    with told(migrated_url, escalated=False) as (world, ticket):
        writes(world, ticket, "The customer called twice.\n/esc request sev1 checkout is down for all their shops")

        case = case_of(world)
        assert (case.severity.value, case.owner, case.requested_by) == ("sev1", "ana", "ana")
        assert {"escalated", "esc", "esc_sev1"} <= set(world.ticket(ticket)["tags"])
        assert world.ticket(ticket)["assignee_id"] == ANA
        assert "Escalated at the request of Ana Lima." in note(world, ticket)
        assert "requested" in world.reasons(ticket)


@pytest.mark.parametrize("line", ["/esc request", "/esc request sev2"])
def test_a_request_needs_its_reason(sqlite_url: str, line: str) -> None:
    with told(sqlite_url, escalated=False) as (world, ticket):
        writes(world, ticket, line)

        assert world.parts.store.cases() == []
        assert "a request needs its reason" in note(world, ticket)


def test_a_request_for_what_is_escalated_names_the_owner(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc request please", by=BEN)

        assert len(world.parts.store.cases()) == 1
        assert "it is escalated already, as sev2; Ana Lima owns it" in note(world, ticket)


def test_only_the_owner_or_the_admin_takes_a_case_back(sqlite_url: str) -> None:
    people = {
        "ana": {"name": "Ana Lima", "ids": {"acme": str(ANA)}},
        "ben": {"name": "Ben Ode", "ids": {"acme": str(BEN)}},
    }
    with told(sqlite_url, people=people, commands={"who": {"deescalate": ["ben"]}}) as (world, ticket):
        writes(world, ticket, "/esc deescalate a duplicate")
        assert case_of(world).state is CaseState.ACKNOWLEDGED  # whatever the owner does acknowledges
        assert '"deescalate" may be told by Ben Ode only' in note(world, ticket)

        writes(world, ticket, "/esc deescalate a duplicate", by=BEN)

        assert case_of(world).state is CaseState.DE_ESCALATED
        assert not [tag for tag in world.ticket(ticket)["tags"] if tag.startswith("esc_") or tag == "esc"]
        assert "De-escalated by Ben Ode." in note(world, ticket)
        assert "Why: a duplicate" in note(world, ticket)


def test_waiting_stops_the_climb_and_has_its_own_clock(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc wait vendor for 2d parts are on their way")
        assert (case_of(world).state, case_of(world).waiting_for) == (CaseState.WAITING, "vendor")

        world.clock.forward(hours=47)
        world.settle()
        assert (case_of(world).state, case_of(world).owner) == (CaseState.WAITING, "ana")

        world.clock.forward(hours=1)
        world.settle()

        assert (case_of(world).state, case_of(world).owner) == (CaseState.IN_PROGRESS, "ana")
        assert "The time to wait for the vendor is over." in "".join(world.comments(ticket, public=False))


@pytest.mark.parametrize("line", ["/esc wait vendor until tomorrow 10:00", "/esc wait vendor for 3650d"])
def test_a_time_that_is_not_understood_is_told_and_nothing_waits(sqlite_url: str, line: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        writes(world, ticket, line)

        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert "Not done: " in note(world, ticket)


def test_nothing_waits_longer_than_a_quarter(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc wait vendor until 2199-12-31 23:59")
        assert "a case waits 90 days at the most" in note(world, ticket)

        day = world.clock().date()
        writes(world, ticket, f"/esc wait vendor until {day}")

        assert case_of(world).state is CaseState.WAITING


@pytest.mark.parametrize("tag", ["esc_acknowledge", "esc_gold"])
def test_a_synonym_is_a_tag_and_a_teams_own_tag_stays(sqlite_url: str, tag: str) -> None:
    with told(sqlite_url) as (world, ticket):
        tags(world, ticket, tag, by=BEN)

        obeyed = case_of(world).state is CaseState.ACKNOWLEDGED
        assert obeyed is (tag == "esc_acknowledge")
        assert (tag in world.ticket(ticket)["tags"]) is not obeyed


def test_a_command_in_a_quoted_mail_is_not_obeyed(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "I agree.\n> /esc deescalate a duplicate", by=BEN)

        assert case_of(world).state is CaseState.OPEN


def test_a_flood_of_commands_is_answered_once_beyond_the_bound(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc foo\n" * 300)

        assert note(world, ticket).count("Not done:") == 11
        assert note(world, ticket).count("the rest is not") == 1


@pytest.mark.parametrize(("status", "whom"), [("pending", "customer"), ("hold", "vendor")])
def test_the_tickets_status_says_whom_it_waits_for(sqlite_url: str, status: str, whom: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        world.sandbox.act(ANA).update(ticket, status=status)
        world.settle()
        assert (case_of(world).state, case_of(world).waiting_for) == (CaseState.WAITING, whom)
        assert f"esc_awaiting_{whom}" in world.ticket(ticket)["tags"]

        world.sandbox.act(ANA).update(ticket, status="open")
        world.settle()

        assert case_of(world).state is CaseState.IN_PROGRESS


def test_a_customers_reply_ends_the_wait_for_them(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc wait customer")
        world.sandbox.act(CUSTOMER).comment(ticket, "Here is the number you asked for")
        world.settle()

        assert case_of(world).state is CaseState.IN_PROGRESS


def test_a_snooze_puts_the_climb_off_no_further_than_the_policy_allows(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc snooze 9d")
        assert "at the latest" in note(world, ticket)

        writes(world, ticket, "/esc snooze 20h")
        world.clock.forward(hours=23)
        world.settle()
        assert case_of(world).owner == "ana"

        world.clock.forward(hours=1)  # after it the work has its time, four hours
        world.settle()
        assert case_of(world).owner == "ben"


def test_a_command_nobody_knows_is_answered_with_the_near_word(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc akc")

        assert 'unknown command "akc"; did you mean "ack"?' in note(world, ticket)


def test_opting_out_keeps_the_policy_off(sqlite_url: str) -> None:
    with told(sqlite_url, escalated=False) as (world, ticket):
        writes(world, ticket, "/esc optout handled by phone")
        tags(world, ticket, "payment")

        assert "no_escalation" in world.ticket(ticket)["tags"]
        assert world.parts.store.cases() == []


def test_a_drop_down_tells_a_command_and_is_emptied(sqlite_url: str) -> None:
    fields = {"command": {"name": "Escalation", "ids": {"acme": "360001"}}}
    with told(sqlite_url, fields=fields, commands={"field": "command"}) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, custom_fields=[{"id": 360001, "value": "esc_ack"}])
        world.settle()

        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert {f["id"]: f["value"] for f in world.ticket(ticket)["custom_fields"]}[360001] is None


def test_resolving_by_command_asks_the_customer_while_the_ticket_is_open(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc resolve refunded")

        assert case_of(world).state is CaseState.RESOLVED
        assert world.comments(ticket, public=True) == ["Ana Lima cares."]
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        assert world.comments(ticket, public=True) == ["Ana Lima cares."]


APPROVAL = {"by": ["ben"], "within": "2h", "otherwise": "decline"}


def test_an_approval_is_asked_for_before_anything_else_happens(migrated_url: str) -> None:
    with told(migrated_url, escalated=False, requests={"approval": APPROVAL}) as (world, ticket):
        writes(world, ticket, "/esc request a launch is at risk")
        assert (case_of(world).state, case_of(world).owner) == (CaseState.REQUESTED, "ben")
        assert "escalated" not in world.ticket(ticket)["tags"]
        assert "wants the approval of Ben Ode by" in note(world, ticket)

        writes(world, ticket, "/esc approve")
        assert '"approve" may be told by whoever may approve it only' in note(world, ticket)

        writes(world, ticket, "/esc approve", by=BEN)

        assert (case_of(world).state, case_of(world).owner) == (CaseState.OPEN, "ana")
        assert "escalated" in world.ticket(ticket)["tags"]
        assert world.ticket(ticket)["assignee_id"] == ANA


def test_a_request_that_is_declined_ends_with_its_reason(sqlite_url: str) -> None:
    with told(sqlite_url, escalated=False, requests={"approval": APPROVAL}) as (world, ticket):
        writes(world, ticket, "/esc request a launch is at risk")
        writes(world, ticket, "/esc decline", by=BEN)
        assert "whoever declines says why" in note(world, ticket)
        writes(world, ticket, "/esc decline the launch moved", by=BEN)

        assert case_of(world).state is CaseState.DECLINED
        assert "Why: the launch moved" in note(world, ticket)


@pytest.mark.parametrize(("otherwise", "state"), [("decline", CaseState.DECLINED), ("approve", CaseState.OPEN)])
def test_when_nobody_decides_the_policy_does(sqlite_url: str, otherwise: str, state: CaseState) -> None:
    terms = {**APPROVAL, "otherwise": otherwise}
    with told(sqlite_url, escalated=False, requests={"approval": terms}) as (world, ticket):
        writes(world, ticket, "/esc request a launch is at risk")
        world.clock.forward(hours=2)
        world.settle()

        assert case_of(world).state is state
        assert "approval_late" in world.reasons(ticket)
        assert ("escalated" in world.ticket(ticket)["tags"]) is (state is CaseState.OPEN)


def test_a_rule_may_want_an_approval(sqlite_url: str) -> None:
    rules = [
        {
            "name": "it",
            "when": WHEN,
            "escalate": {"issue_type": "it", "severity": "sev2"},
            "approval": {"by": ["ben"]},
        }
    ]
    with told(sqlite_url, rules=rules) as (world, ticket):
        assert case_of(world).state is CaseState.REQUESTED
        writes(world, ticket, "/esc approve", by=BEN)
        assert (case_of(world).state, case_of(world).owner) == (CaseState.OPEN, "ana")
        assert len(world.parts.store.cases()) == 1


def test_a_crash_after_a_hand_off_was_decided_hands_it_off_once(sqlite_url: str) -> None:
    with told(sqlite_url) as (world, ticket):
        world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "drop_after")
        writes(world, ticket, "/esc handoff over to you")
        world.clock.forward(minutes=1)
        world.settle()

        assert (case_of(world).owner, case_of(world).step) == ("ben", 1)
        assert sum("hands it off" in text for text in world.comments(ticket, public=False)) == 1


def test_in_shadow_commands_write_nothing(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded(), mode=Mode.SHADOW) as world:
        ticket = world.customer_writes()
        world.settle()
        writes(world, ticket, "/esc request please look")

        assert world.comments(ticket, public=False) == []
        assert world.parts.store.cases() == []
        assert "shadow" in world.reasons(ticket)


def test_fields_show_the_case_where_the_policy_has_some(sqlite_url: str) -> None:
    known = {key: {"ids": {"acme": str(360001 + i)}} for i, key in enumerate(("state", "owner", "tier"))}
    shown = {"state": "state", "owner": "owner", "tier": "tier"}
    with told(sqlite_url, fields=known, state_fields=shown) as (world, ticket):

        def values() -> list[object]:
            return [one["value"] for one in sorted(world.ticket(ticket)["custom_fields"], key=lambda one: one["id"])]

        assert values() == ["open", "Ana Lima", "specialist"]
        writes(world, ticket, "/esc handoff over to you")
        assert values() == ["open", "Ben Ode", "manager"]
        writes(world, ticket, "/esc ack", by=BEN)
        assert values() == ["acknowledged", "Ben Ode", "manager"]
        writes(world, ticket, "/esc deescalate a mistake", by=BEN)
        assert values() == [None, None, None]
