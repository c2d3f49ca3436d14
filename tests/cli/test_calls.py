"""`escalation calls` as an admin reads it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.clock import utc_now
from plugin.store.records import Spent
from plugin.store.store import Store
from tests.store.samples import Step, case, put, sqlite_url

READ, WRITE = "GET /api/v2/tickets/:id", "PUT /api/v2/tickets/:id"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = sqlite_url(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    store = Store.open(url)
    store.migrate()
    return store


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["calls", *arguments])


def spend(store: Store, calls: dict[str, tuple[int, int]], *, days: int = 0, account: str = "acme", **of: str) -> None:
    store.calls.spend(account, Spent(calls=calls, **of), now=utc_now() - timedelta(days=days))


def test_calls_are_told_by_rule_and_endpoint(store: Store) -> None:
    put(store, Step(case=case("c1", opened_at=utc_now())))
    spend(store, {READ: (1, 0), WRITE: (2, 1)}, case_id="c1", rule="payment")
    spend(store, {READ: (1, 0)}, rule="waiting")
    spend(store, {READ: (5, 0)}, days=9)

    assert run().output.splitlines() == [
        f"acme, since {utc_now() - timedelta(days=7):%Y-%m-%d}: 4 calls, 1 of them refused or not answered",
        "  0 events worked on: no calls an event",
        "  1 escalation opened: 3 calls an escalation, 3 for them in all",
        "  by rule:",
        "    payment       3  75%",
        "    waiting       1  25%",
        "  by endpoint:",
        "    GET /api/v2/tickets/:id       2  50%",
        "    PUT /api/v2/tickets/:id       2  50%",
    ]


def test_calls_for_programs_and_of_one_connection(store: Store) -> None:
    spend(store, {READ: (1, 0)}, case_id="c1", rule="payment")
    spend(store, {READ: (1, 0)}, case_id="c1", rule="payment")
    spend(store, {READ: (7, 0)}, account="other")

    told = json.loads(run("--json", "--connection", "acme", "--by", "escalation").output)

    assert told["connections"] == [
        {
            "connection": "acme",
            "calls": 2,
            "failed": 0,
            "events": 0,
            "calls_per_event": None,
            "escalations": 0,
            "calls_for_escalations": 2,
            "calls_per_escalation": None,
            "by_escalation": {"c1": 2},
        }
    ]


def test_what_is_too_long_a_list_is_summed_up(store: Store) -> None:
    for number in range(25):
        spend(store, {READ: (1, 0)}, rule=f"rule-{number:02}")

    assert run("--by", "rule").output.splitlines()[-1] == "    5 others  5  20%"


def test_nothing_counted_is_said_so(store: Store) -> None:
    assert run("--since", "2026-11-01").output == "No call was counted since 2026-11-01.\n"
    assert run("--since", "soon").exit_code == 1
