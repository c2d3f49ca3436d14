"""Files of a ticket: counted by rules and hand-off criteria, and listed in a hand-over note by their addresses."""

from __future__ import annotations

from typing import Any

from tests.scenarios.policies import policy, says
from tests.scenarios.world import ANA, CUSTOMER, World, living

LOG = {
    "id": 1,
    "file_name": "log {{ticket.id}}.txt",
    "content_url": "https://acme.zendesk.test/attachments/token/x/?name=log.txt",
    "size": 12_345,
    "content_type": "text/plain",
}
SECRET = {**LOG, "id": 2, "file_name": "internal.txt"}
TEXTS = {"note": "Files:{% for one in ticket.attachments %}\n{{ one }}{% else %} none{% endfor %}", "told": "We care."}


def attach(world: World, ticket: int, file: dict[str, Any], *, by: int = CUSTOMER, public: bool = True) -> None:
    comment = {"body": "See there.", "public": public, "attachments": [file]}
    world.sandbox.act(by).update(ticket, comment=comment)
    world.settle()


def test_a_hand_over_note_names_the_files_the_customer_can_see(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy(says("ticket.tags", "contains", "hot"), more={"templates": TEXTS})) as world:
        ticket = world.customer_writes()
        attach(world, ticket, LOG)
        attach(world, ticket, SECRET, by=ANA, public=False)

        world.sandbox.act(ANA).update(ticket, tags=["hot"])
        world.settle()

        (note,) = world.comments(ticket, public=False)
        assert "(12 kB): https://acme.zendesk.test/attachments/token/x/?name=log.txt" in note
        assert "internal.txt" not in note
        assert f"log {ticket}" not in note, "a file's name is expanded by nobody"


def test_files_are_counted_only_where_a_rule_asks(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy(says("ticket.attachments", "at_least", 2))) as world:
        ticket = world.customer_writes()
        attach(world, ticket, LOG)
        assert "escalated" not in world.ticket(ticket)["tags"]

        attach(world, ticket, SECRET, by=ANA, public=False)

        assert "escalated" in world.ticket(ticket)["tags"]


def test_a_step_waits_for_a_log_file(sqlite_url: str) -> None:
    step = {
        "tier": "engineering",
        "owner": "ben",
        "needs": [{"name": "a log file", "when": says("ticket.attachments", "at_least", 1)}],
        "wait_for_needs": "2h",
        "acknowledge_within": "1h",
    }
    first = {"tier": "frontline", "owner": "ana", "acknowledge_within": "1h"}
    told = policy(
        says("ticket.tags", "contains", "hot"),
        more={
            "matrix": [{"issue_type": "*", "severity": "*", "ladder": "up"}],
            "ladders": {"up": {"steps": [first, step]}},
            "admin": "ana",
        },
    )
    with living(sqlite_url, policy=told) as world:
        ticket = world.customer_writes(tags=["hot"])
        world.settle()
        world.clock.forward(hours=1)
        world.settle()
        assert "a log file" in world.comments(ticket, public=False)[-1]

        attach(world, ticket, LOG)
        world.clock.forward(hours=2)
        world.settle()

        (case,) = world.parts.store.cases()
        assert (case.owner, case.incomplete) == ("ben", ())
