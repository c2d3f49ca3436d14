"""What the frontline may give is listed before a case opens, and recorded when an agent's tag says so."""

from __future__ import annotations

from typing import Any

from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ACME, ANA, ANOTHER_CUSTOMER, CUSTOMER, World, living

LATE = {"all": [OPEN, says("ticket.tags", "contains", "late")]}
REFUND = {
    "name": "refund-20",
    "kind": "refund",
    "amount": "20 EUR",
    "issue_types": ["it"],
    "at_most": {"times": 1, "per": "requester", "within": "30d"},
    "tag": "Gave_Refund",
}
EXPEDITE = {"name": "express", "kind": "expedite", "when": says("ticket.priority", "is", "high"), "tag": "gave_express"}
NOTE = "{{ rule.name }}{% for line in remedies %} / {{ line }}{% endfor %}"


def remedied(*remedies: dict[str, Any], first: str | None = "4h", **rule: Any) -> dict[str, Any]:
    more = {"remedies": list(remedies), "templates": {"note": NOTE, "told": "{{ owner.name }} cares."}}
    return policy(LATE, more=more, **({"remedy_first": first} if first else {}), **rule)


def late(world: World, *, customer: int = CUSTOMER, **fields: Any) -> int:
    ticket = world.sandbox.act(customer).create_ticket(
        subject="Late", comment="Where is it?", requester_id=customer, tags=["late"], **fields
    )
    world.settle()
    return int(ticket)


def gives(world: World, ticket: int, tag: str = "gave_refund") -> None:
    world.clock.forward(seconds=1)
    world.sandbox.act(ANA).update(ticket, tags=[*world.ticket(ticket)["tags"], tag])
    world.settle()


def escalated(world: World, ticket: int) -> bool:
    return "escalated" in world.ticket(ticket)["tags"]


def notes(world: World, ticket: int) -> list[str]:
    return world.comments(ticket, public=False)


def test_remedies_come_first_and_the_case_opens_when_their_time_is_over(migrated_url: str) -> None:
    with living(migrated_url, policy=remedied(REFUND, EXPEDITE)) as world:
        ticket = late(world)
        assert not escalated(world, ticket)
        (note,) = notes(world, ticket)
        assert "- refund, 20 EUR (tag gave_refund)" in note
        assert "express" not in note
        assert world.comments(ticket, public=True) == []

        world.clock.forward(hours=3, minutes=59, seconds=59)
        world.settle()
        assert not escalated(world, ticket)
        world.clock.forward(seconds=1)
        world.settle()

        assert escalated(world, ticket)
        assert notes(world, ticket)[1:] == ["it / refund, 20 EUR (tag gave_refund)"]
        assert len(world.parts.store.cases()) == 1


def test_nothing_opens_where_the_remedy_helped(sqlite_url: str) -> None:
    with living(sqlite_url, policy=remedied(REFUND)) as world:
        ticket = late(world)
        gives(world, ticket)
        world.sandbox.act(ANA).update(ticket, tags=["gave_refund"])
        world.settle()

        world.clock.forward(days=2)
        world.settle()

        assert (escalated(world, ticket), len(notes(world, ticket))) == (False, 1)
        assert not world.parts.store.cases()


def test_events_meanwhile_repeat_nothing_and_put_nothing_off(sqlite_url: str) -> None:
    with living(sqlite_url, policy=remedied(REFUND)) as world:
        ticket = late(world)
        for _ in range(3):
            world.clock.forward(hours=1)
            world.sandbox.act(CUSTOMER).comment(ticket, "Hello?", public=True)
            world.settle()
        assert (escalated(world, ticket), len(notes(world, ticket))) == (False, 1)

        world.clock.forward(hours=1)
        world.settle()

        assert escalated(world, ticket)


def test_what_was_given_is_recorded_and_not_suggested_again(migrated_url: str) -> None:
    with living(migrated_url, policy=remedied(REFUND, {**EXPEDITE, "when": OPEN})) as world:
        first = late(world)
        gives(world, first)

        (use,) = world.parts.store.remedies_used(ACME, str(CUSTOMER), since=world.clock.now.replace(year=2020))
        assert (use.remedy, use.by) == ("refund-20", str(ANA))
        (line,) = [line for line in world.log(first) if line.reason == "remedy_used"]
        assert line.evidence == {"remedy": "refund-20", "by": str(ANA)}
        again, others = late(world), late(world, customer=ANOTHER_CUSTOMER)
        assert "refund" not in notes(world, again)[0]
        assert "- expedite (tag gave_express)" in notes(world, again)[0]
        assert "refund" in notes(world, others)[0]

        world.clock.forward(days=30)
        assert "refund" in notes(world, late(world))[0]


def test_a_use_is_recorded_once_whatever_becomes_of_the_tag(sqlite_url: str) -> None:
    with living(sqlite_url, policy=remedied(REFUND)) as world:
        ticket = late(world)
        gives(world, ticket)
        world.clock.forward(days=1)
        world.sandbox.act(ANA).update(ticket, tags=["late"])
        world.settle()
        gives(world, ticket)

        assert world.reasons(ticket).count("remedy_used") == 1


def test_where_nothing_may_be_given_the_case_opens_at_once(sqlite_url: str) -> None:
    with living(sqlite_url, policy=remedied(REFUND)) as world:
        gives(world, late(world))

        again = late(world)

        assert escalated(world, again)
        assert notes(world, again) == ["it"]


def test_without_a_time_for_them_the_note_names_remedies(sqlite_url: str) -> None:
    with living(sqlite_url, policy=remedied(REFUND, EXPEDITE, first=None)) as world:
        ticket = late(world, priority="high")

        assert escalated(world, ticket)
        assert notes(world, ticket) == ["it / refund, 20 EUR (tag gave_refund) / expedite (tag gave_express)"]


def test_a_rule_that_waits_for_no_remedy_opens_the_case_at_once(sqlite_url: str) -> None:
    told = remedied(REFUND)
    worse = {"name": "worse", "when": LATE, "escalate": {"issue_type": "it", "severity": "sev1"}}
    told["rules"] = [*told["rules"], worse]
    with living(sqlite_url, policy=told) as world:
        ticket = late(world)

        assert [case.rule for case in world.parts.store.cases()] == ["worse"]
        assert "remedy_first" not in world.reasons(ticket)


def test_a_remedy_for_another_issue_type_is_not_named(sqlite_url: str) -> None:
    told = remedied({**REFUND, "issue_types": ["other"]})
    other = {"name": "other", "mode": "off", "when": LATE, "escalate": {"issue_type": "other", "severity": "sev4"}}
    told["rules"].append(other)
    with living(sqlite_url, policy=told) as world:
        assert escalated(world, late(world))
