"""`escalation reconcile` as an admin reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from tests.scenarios.world import ACME, POLICY, World, living


@pytest.fixture
def world(migrated_sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with living(migrated_sqlite_url) as world:
        connection = {
            "platform": "zendesk",
            "base_url": world.sandbox.url,
            "auth": {"bearer_token": "an-invented-token"},
            "webhook_secrets": ["an-invented-signing-secret"],
        }
        (tmp_path / "connections.json").write_text(json.dumps({"connections": {ACME: connection}}), "utf-8")
        (tmp_path / "policy.json").write_text(json.dumps(POLICY), "utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", migrated_sqlite_url)
        yield world


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["reconcile", *arguments])


def lost(world: World) -> int:
    """Have a customer write long ago, and lose the webhook."""
    world.clock.forward(hours=-5)
    world.sandbox.hold = True
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.post.held.clear()
    world.clock.forward(hours=5)
    return ticket


def test_a_dry_run_tells_each_event_and_changes_nothing(world: World) -> None:
    ticket = lost(world)

    told = run("--since", "6h", "--dry-run").output.splitlines()

    assert told[0].startswith("acme: 1 ticket changed since ")
    assert told[0].endswith("; 1 event on 1 ticket that nobody told us")
    assert told[1].startswith(f"  acme#{ticket}: created at ")
    assert world.parts.store.reconciliations.all() == ()


def test_what_is_found_is_worked_on_in_its_turn(world: World) -> None:
    ticket = lost(world)

    first, second = run("--since", "6h", "--connection", ACME), run("--since", "6h")
    world.clock.forward(minutes=1)  # the command's clock is the machine's
    world.settle()

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.endswith("1 to look at; 0 failed requests replayed\n")
    assert second.output.endswith("0 to look at; 0 failed requests replayed\n")
    assert "escalated" in world.ticket(ticket)["tags"]


def test_who_may_not_ask_is_told_what_to_do(world: World) -> None:
    world.sandbox.helpdesk.users[900]["role"] = "agent"

    told = run()

    assert told.exit_code == 1
    assert "lacks the right" in told.output


def test_a_connection_that_there_is_not_is_refused(world: World) -> None:
    told = run("--connection", "acne")

    assert told.exit_code == 1
    assert "acme" in told.output
