"""Why, and what next: asked of a ticket that the plugin knows."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from plugin.cli import main
from tests.house.repository import ROOT
from tests.scenarios.world import ACME, ANA, BEN, POLICY, SECRET, World, living, sqlite_url

SCHEMA = json.loads((ROOT / "schemas/explanation.schema.json").read_text("utf-8"))


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[World]:
    """Give a world in SQLite that a command line can look into."""
    with living(sqlite_url(tmp_path)) as world:
        yield world


def ask(world: World, folder: Path, *arguments: str, policy: Any = POLICY) -> Result:
    """Run a command beside the running plugin."""
    (folder / "policy.json").write_text(json.dumps(policy), "utf-8")
    connection = {
        "platform": "zendesk",
        "base_url": world.sandbox.url,
        "auth": {"bearer_token": "an-invented-token"},
        "webhook_secrets": [SECRET],
        "mode": world.parts.accounts[ACME].mode.value,
    }
    (folder / "connections.json").write_text(json.dumps({"connections": {ACME: connection}}), "utf-8")
    environment = {
        "DATABASE_URL": sqlite_url(folder),
        "POLICY_FILE": str(folder / "policy.json"),
        "CONNECTIONS_FILE": str(folder / "connections.json"),
    }
    result = CliRunner(env=environment).invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def explained(world: World, folder: Path, ticket: int, *more: str, policy: Any = POLICY) -> dict[str, Any]:
    """Explain at the world's own time."""
    at = () if "--at" in more else ("--at", world.clock().isoformat())
    arguments = ("explain", str(folder / "policy.json"), "--id", f"{ACME}#{ticket}", *at, *more)
    document: dict[str, Any] = json.loads(ask(world, folder, *arguments, "--json", policy=policy).output)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def rules(document: dict[str, Any]) -> dict[str, Any]:
    return {one["rule"]: one for one in document["rules"]}


def test_before_it_fires_the_store_tells_when_it_will(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes("Anybody?")
    lasting.settle()

    found = explained(lasting, tmp_path, ticket)
    foretold = rules(found)["unanswered"]
    lasting.clock.now = lasting.clock.now.fromisoformat(foretold["acts_at"])
    lasting.settle()

    assert foretold["outcome"] == "will_fire"
    assert found["next"]["timers"]["rule"] == foretold["acts_at"]
    assert found["decision"] is None
    assert [case.rule for case in lasting.parts.store.cases()] == ["unanswered"]


def test_after_it_fired_the_store_tells_the_case_and_what_is_next(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes(tags=["payment"])
    lasting.settle()
    lasting.clock.forward(minutes=5)

    found = explained(lasting, tmp_path, ticket, "--read")

    payment, unanswered = rules(found)["payment"], rules(found)["unanswered"]
    assert (payment["outcome"], payment["fired"]["count"]) == ("fired", 1)
    assert [one["reason"] for one in payment["kept_by"]] == ["already_fired"]
    assert (unanswered["outcome"], [one["reason"] for one in unanswered["kept_by"]]) == (
        "not_fired",
        ["already_escalated"],
    )
    assert (found["next"]["case"]["owner"], found["next"]["unfinished"]) == ("ana", [])
    assert found["next"]["timers"]["promise"] == found["next"]["case"]["next_update_at"]
    assert "applied" in [line["reason"] for line in found["log"]]


def test_looking_changes_nothing_and_writes_nothing(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes(tags=["payment"])
    lasting.settle()
    writes = [r for r in lasting.sandbox.requests if r.method != "GET"]
    log = lasting.log(ticket)

    explained(lasting, tmp_path, ticket, "--read")

    assert [r for r in lasting.sandbox.requests if r.method != "GET"] == writes
    assert lasting.log(ticket) == log


def test_an_earlier_instant_is_told_as_it_was(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes("Anybody?")
    lasting.settle()
    lasting.clock.forward(hours=-6)  # the commands' own clock is the machine's: let the story lie behind it
    early = lasting.customer_writes("Anybody there?")
    lasting.settle()
    asked_at = lasting.clock()
    lasting.clock.forward(hours=2)
    lasting.sandbox.act(ANA).update(early, status="pending", comment={"body": "We look", "public": True})
    lasting.settle()

    then = explained(lasting, tmp_path, early, "--at", asked_at.isoformat())
    after = explained(lasting, tmp_path, early, "--at", lasting.clock().isoformat())

    assert rules(then)["unanswered"]["outcome"] == "will_fire"
    assert rules(after)["unanswered"]["failing"]["seen"] == "pending"
    assert any("It is past" in note for note in then["notes"])
    assert ticket != early


def test_a_read_tells_what_no_event_told(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes("Anybody?")
    lasting.settle()
    lasting.sandbox.hold = True
    lasting.sandbox.act(BEN).update(ticket, tags=["payment"])

    stored, read = explained(lasting, tmp_path, ticket), explained(lasting, tmp_path, ticket, "--read")
    lasting.sandbox.hold = False

    assert rules(stored)["payment"]["outcome"] == "not_fired"
    assert rules(read)["payment"]["outcome"] == "would_fire"
    assert (read["decision"], read["owner"]) == ("rule_holds", "Ana Lima")


def test_a_held_rule_says_since_when(lasting: World, tmp_path: Path) -> None:
    lasting.parts.store.hold("payment", now=lasting.clock())
    ticket = lasting.customer_writes(tags=["payment"])
    lasting.settle()

    kept = rules(explained(lasting, tmp_path, ticket))["payment"]["kept_by"]

    assert [(one["reason"], one["since"]) for one in kept] == [("held", lasting.clock().isoformat())]


def test_other_tickets_are_counted_as_the_plugin_counts_them(tmp_path: Path) -> None:
    policy = copy.deepcopy(dict(POLICY))
    policy["entities"] = {"order": {"in": ["ticket.subject"], "pattern": "order ([0-9]+)"}}
    policy["rules"] = [
        {
            "name": "recurring",
            "when": {"recurrence": "order", "within": "1d", "operator": "at_least", "value": 2, "distinct": "ticket"},
            "escalate": {"issue_type": "waiting", "severity": "sev3"},
        }
    ]
    with living(sqlite_url(tmp_path), policy=policy) as world:
        world.customer_writes(subject="order 5")
        second = world.customer_writes(subject="order 5")
        world.settle()

        found = rules(explained(world, tmp_path, second, policy=policy))["recurring"]

    assert (found["outcome"], found["failing"]["seen"]) == ("not_fired", 1)


def test_the_text_tells_what_is_next_and_never_a_customers_word(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes("My secret is 4711", tags=["payment"], subject="Charged by 4711")
    lasting.settle()

    policy = str(tmp_path / "policy.json")
    result = ask(lasting, tmp_path, "explain", policy, "--id", f"{ACME}#{ticket}", "--at", lasting.clock().isoformat())
    log = ask(lasting, tmp_path, "log")

    assert "Case " in result.output
    assert "owner Ana Lima" in result.output
    assert "Next update promised by" in result.output
    assert "the owner is prompted, unless a person answers the customer before" in result.output
    assert "rule_holds. A case was opened, with one owner." in result.output
    assert re.search(r"our_own_echo\. .* \(\d times\)", result.output)
    assert "4711" not in result.output + log.output


def test_dead_letters_and_pauses_are_told(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes("Anybody?")
    lasting.settle()
    lasting.parts.store.pause(ACME, lasting.clock().replace(year=2999))

    paused = explained(lasting, tmp_path, ticket)["next"]["connection_paused_until"]

    assert paused.startswith("2999")


def test_the_log_is_shown_newest_last_and_can_be_narrowed(lasting: World, tmp_path: Path) -> None:
    first = lasting.customer_writes(tags=["payment"])
    lasting.settle()
    lasting.clock.forward(hours=1)
    lasting.settle()

    def lines(*arguments: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(ask(lasting, tmp_path, "log", "--json", *arguments).output)
        return found

    everything = lines()
    assert [line["at"] for line in everything] == sorted(line["at"] for line in everything)
    assert lines("--ticket", f"{ACME}#{first}") == everything
    assert lines("--ticket", f"{ACME}#999") == []
    assert lines("--limit", "2") == everything[-2:]
    assert {line["evidence"]["rule"] for line in lines("--rule", "payment")} == {"payment"}
    since = lines("--since", lasting.clock().isoformat())
    assert since == [line for line in everything if line["at"] >= lasting.clock().isoformat()]
    assert 0 < len(since) < len(everything)
    assert "No line of the log fits." in ask(lasting, tmp_path, "log", "--ticket", f"{ACME}#999").output


def test_the_log_in_words_has_the_trace_and_the_changes(lasting: World, tmp_path: Path) -> None:
    lasting.customer_writes(tags=["payment"])
    lasting.settle()

    told = ask(lasting, tmp_path, "log", "--rule", "payment").output

    assert "decided [payment]: rule_holds. A case was opened, with one owner." in told
    assert "✓ ticket.tags contains payment; seen: payment" in told
    assert "> set priority: urgent" in told


def test_a_ticket_never_heard_of_can_be_read_and_not_else(lasting: World, tmp_path: Path) -> None:
    lasting.sandbox.hold = True
    ticket = lasting.customer_writes(tags=["payment"])

    read = explained(lasting, tmp_path, ticket, "--read")
    lasting.sandbox.hold = False
    environment = {"DATABASE_URL": sqlite_url(tmp_path)}
    policy = str(tmp_path / "policy.json")
    unread = CliRunner(env=environment).invoke(main, ["explain", policy, "--id", f"{ACME}#999"])
    nowhere = CliRunner(env={**environment, "CONNECTIONS_FILE": str(tmp_path / "connections.json")}).invoke(
        main, ["explain", policy, "--id", "acne#1", "--read"]
    )

    assert "The store has never heard of this ticket." in read["notes"]
    assert (rules(read)["payment"]["outcome"], read["next"]) == ("would_fire", None)
    assert (unread.exit_code, "the store knows no such ticket" in unread.output) == (1, True)
    assert (nowhere.exit_code, 'did you mean "acme"?' in nowhere.output) == (1, True)


def test_what_waits_is_told(lasting: World, tmp_path: Path) -> None:
    ticket = lasting.customer_writes("Anybody?")
    lasting.settle()
    lasting.sandbox.act(BEN).update(ticket, tags=["payment"])
    lasting.sandbox.idle()

    assert "Deliveries of it that are not worked on yet: 1." in explained(lasting, tmp_path, ticket)["notes"]


def test_a_past_instant_is_read_as_it_was(lasting: World, tmp_path: Path) -> None:
    lasting.clock.forward(hours=-6)
    ticket = lasting.customer_writes("Anybody?")
    lasting.settle()
    asked_at = lasting.clock().isoformat()
    lasting.clock.forward(hours=1)
    lasting.sandbox.act(ANA).update(ticket, status="pending")
    lasting.settle()

    then = explained(lasting, tmp_path, ticket, "--read", "--at", asked_at)

    assert rules(then)["unanswered"]["outcome"] == "will_fire"
