"""Why a rule fires on a ticket or does not, on the command line."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from plugin.cli import main
from plugin.explaining.look import Look, has_marks
from tests.cli.test_commands import EXAMPLE, ROOT, run, write
from tests.scenarios.world import POLICY

SCHEMA = json.loads((ROOT / "schemas/explanation.schema.json").read_text("utf-8"))
TICKET: dict[str, Any] = {
    "ticket": {
        "id": 7,
        "status": "open",
        "subject": "Order",
        "description": "I was charged twice",
        "created_at": "2024-11-26T08:00:00Z",
        "updated_at": "2024-11-26T08:00:00Z",
        "tags": [],
        "priority": "normal",
        "requester_id": 301,
    },
    "comments": [],
}


def waiting(**fields: object) -> dict[str, Any]:
    """Return a ticket whose customer has waited since eight."""
    ticket = copy.deepcopy(TICKET)
    ticket["ticket"] |= {"description": "Hello?", **fields}
    ticket["users"] = [{"id": 301, "role": "end-user", "name": "C"}]
    said = {"id": 1, "created_at": "2024-11-26T08:00:00Z", "author_id": 301, "public": True, "body": "Hello?"}
    return {**ticket, "comments": [said]}


def ruled(**rule: Any) -> dict[str, Any]:
    """Return a policy of one rule."""
    policy = copy.deepcopy(dict(POLICY))
    policy["time_zone"] = "Europe/Berlin"
    policy["calendars"] = {"office": {"time_zone": "Europe/Berlin", "hours": {"tue": [["09:00", "10:00"]]}}}
    policy["rules"] = [{"name": "one", "escalate": {"issue_type": "waiting", "severity": "sev3"}, **rule}]
    return policy


@pytest.fixture
def file(tmp_path: Path) -> str:
    return write(tmp_path / "ticket.json", waiting())


def explained(*arguments: str) -> dict[str, Any]:
    """Return the document, which is as its schema says."""
    result = run("explain", *arguments, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.output)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def test_it_tells_why_a_rule_holds_and_what_would_be_written(tmp_path: Path) -> None:
    result = run("explain", str(EXAMPLE), "--ticket", write(tmp_path / "ticket.json", TICKET))

    assert result.exit_code == 0
    assert "✓ payment-risk (enforce, payment sev2) holds: it would fire now" in result.output
    assert "seen: charged twice" in result.output
    assert "Owner: Marta Reis" in result.output
    assert "would set priority: high" in result.output
    assert "I was" not in result.output


def test_it_tells_when_a_rule_will_fire_and_what_would_stop_it(file: str) -> None:
    result = run("explain", str(EXAMPLE), "--ticket", file, "--at", "2024-11-26T11:00:00Z", "--rule", "unanswered-4h")

    assert result.output.splitlines() == [
        "Ticket demo#7 at Tue 2024-11-26 11:00 UTC",
        f'Policy "Support team" {explained(str(EXAMPLE), "--ticket", file)["policy"]["version"]}',
        "",
        "✗ unanswered-4h (enforce, waiting sev3) will fire at Tue 2024-11-26 12:00 UTC unless",
        "    - ticket.status is no longer one of new, open",
        "    - an agent answers the customer publicly",
        "    - the tag no_escalation is set",
        "    because when.all[1]: unanswered at_least 4h; seen: 3h",
        "    ✗ all",
        "      ✓ ticket.status  in        new, open  seen: open",
        "      ✗ unanswered     at_least  4h         seen: 3h; until Tue 2024-11-26 12:00 UTC",
        "",
        "Decision: no_rule_holds",
    ]


def test_what_it_foretells_comes_true(file: str) -> None:
    before = explained(str(EXAMPLE), "--ticket", file, "--at", "2024-11-26T11:00:00Z")
    rule = next(r for r in before["rules"] if r["rule"] == "unanswered-4h")

    after = explained(str(EXAMPLE), "--ticket", file, "--at", rule["acts_at"])

    assert (rule["outcome"], rule["holds"], rule["until"]) == ("will_fire", False, "2024-11-26T12:00:00+00:00")
    assert after["decision"] == "rule_holds"


def test_the_document_names_the_failing_test_with_wanted_and_seen(tmp_path: Path) -> None:
    file = write(tmp_path / "ticket.json", waiting(status="pending"))

    found = explained(str(EXAMPLE), "--ticket", file, "--rule", "unanswered-4h")["rules"]

    assert [one["outcome"] for one in found] == ["not_fired"]
    failing = {key: found[0]["failing"][key] for key in ("path", "field", "wanted", "seen")}
    assert failing == {
        "path": "when.all[0]",
        "field": "ticket.status",
        "wanted": ["new", "open"],
        "seen": "pending",
    }


def test_the_flat_trace_has_the_leaves_of_the_tree(file: str) -> None:
    for rule in explained(str(EXAMPLE), "--ticket", file)["rules"]:
        leaves = {(leaf["field"], leaf["operator"]) for leaf in _leaves(rule["tree"])}
        assert {(line["field"], line["operator"]) for line in rule["because"]} <= leaves


def _leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node] if node["kind"] == "test" else [leaf for part in node["parts"] for leaf in _leaves(part)]


def test_times_are_told_on_the_policys_clocks_and_in_utc(tmp_path: Path, file: str) -> None:
    clock = {"field": "unanswered", "operator": "at_least", "value": "90m", "calendar": "office"}
    policy = write(tmp_path / "policy.json", ruled(when=clock))

    result = run("explain", policy, "--ticket", file, "--at", "2024-11-26T13:00:00")

    assert "at Tue 2024-11-26 13:00 CET (12:00 UTC)" in result.output
    assert "will fire at Tue 2024-12-03 09:30 CET (08:30 UTC) unless" in result.output
    assert "calendar office is closed, counts again from Tue 2024-12-03 09:00 CET (08:00 UTC)" in result.output


def test_a_later_instant_says_what_it_assumes(file: str) -> None:
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()

    assert "assumes that nothing happens" in explained(str(EXAMPLE), "--ticket", file, "--at", later)["notes"][0]
    assert explained(str(EXAMPLE), "--ticket", file, "--at", "2024-11-26T12:00")["notes"] == []


def test_an_answer_does_not_count_before_it_was_written(tmp_path: Path) -> None:
    answered = waiting(updated_at="2024-11-26T11:00:00Z")
    answered["users"].append({"id": 101, "role": "agent", "name": "A"})
    said = {"id": 2, "created_at": "2024-11-26T11:00:00Z", "author_id": 101, "public": True, "body": "Here"}
    answered["comments"].append(said)
    file = write(tmp_path / "answered.json", answered)

    then, now, before = (
        explained(str(EXAMPLE), "--ticket", file, "--rule", "unanswered-4h", "--at", f"2024-11-26T{hour}:00Z")
        for hour in ("10:00", "11:00", "07:00")
    )

    assert [one["rules"][0]["outcome"] for one in (then, now)] == ["will_fire", "not_fired"]
    assert [one["notes"][0][:20] for one in (then, before)] == ["The ticket has chang", "It is before the tic"]
    assert now["notes"] == []


def test_an_event_counts_now_and_is_no_news_later(tmp_path: Path, file: str) -> None:
    when = {
        "any": [
            {"field": "ticket.status", "operator": "changed_to", "value": "open"},
            {"field": "unanswered", "operator": "at_least", "value": "4h"},
        ]
    }
    policy = write(tmp_path / "policy.json", ruled(when=when))
    body = {
        "id": "e",
        "type": "zen:event-type:ticket.status_changed",
        "subject": "zen:ticket:7",
        "time": "2024-11-26T09:00:00Z",
        "detail": {"id": "7"},
        "event": {"current": "OPEN", "previous": "PENDING"},
    }
    event = write(tmp_path / "event.json", body)

    told = explained(policy, "--ticket", file, "--event", event, "--at", "2024-11-26T09:00:00Z")
    alone = explained(policy, "--ticket", file, "--at", "2024-11-26T09:00:00Z")

    assert [one["rules"][0]["outcome"] for one in (told, alone)] == ["would_fire", "will_fire"]


def test_an_event_of_another_ticket_is_refused(tmp_path: Path, file: str) -> None:
    body = {"id": "e", "type": "zen:event-type:ticket.created", "subject": "zen:ticket:8", "detail": {"id": "8"}}
    event = write(tmp_path / "event.json", {**body, "time": "2024-11-26T09:00:00Z", "event": {}})

    result = run("explain", str(EXAMPLE), "--ticket", file, "--event", event)

    assert (result.exit_code, "tells of ticket 8, but --ticket is 7" in result.output) == (1, True), result.output


def test_pauses_that_are_not_known_are_told_apart_from_their_clock(tmp_path: Path, file: str) -> None:
    clock = {"field": "unanswered", "operator": "at_least", "value": "1h", "pause_when": ["pending"]}
    policy = write(tmp_path / "policy.json", ruled(when=clock))

    result = run("explain", policy, "--ticket", file)

    assert "cannot be told: its clock's pauses are not known: a file tells no history" in result.output
    assert "unanswered is not known" not in result.output
    assert explained(policy, "--ticket", file)["rules"][0]["unknown"] == ["history"]


def test_the_policys_words_are_those_of_the_connection(tmp_path: Path) -> None:
    policy = ruled(when={"field": "ticket.group", "operator": "is", "value": "escalations"})
    ticket = write(tmp_path / "ticket.json", waiting(group_id=201))
    other = write(tmp_path / "other.json", waiting(group_id=999))
    one = write(tmp_path / "policy.json", policy)
    policy["groups"]["escalations"]["ids"]["emea"] = "999"
    two = write(tmp_path / "two.json", policy)

    def outcome(policy: str, ticket: str, *more: str) -> str:
        return str(explained(policy, "--ticket", ticket, *more)["rules"][0]["outcome"])

    assert outcome(one, ticket) == "would_fire"
    assert outcome(two, other, "--connection", "emea") == "would_fire"
    assert outcome(two, other, "--connection", "acme") == "not_fired"
    assert outcome(two, ticket) == "not_fired"
    assert "one of acme, emea" in explained(two, "--ticket", ticket)["notes"][0]


def test_a_reader_without_the_marks_gets_plain_ones(file: str) -> None:
    arguments = ["explain", str(EXAMPLE), "--ticket", file, "--at", "2024-11-26T12:00:00Z"]

    result = CliRunner(charset="latin-1").invoke(main, arguments, catch_exceptions=False)

    assert "\n+ unanswered-4h" in result.output
    assert "\n- safety-risk" in result.output
    assert "Owner: Inês Prata" in result.output
    assert (has_marks("utf-8"), has_marks("ascii"), has_marks(None), has_marks("x")) == (True, False, False, False)


def test_a_document_is_whole_in_any_encoding(file: str) -> None:
    arguments = ["explain", str(EXAMPLE), "--ticket", file, "--at", "2024-11-26T12:00:00Z", "--json"]

    result = CliRunner(charset="ascii").invoke(main, arguments, catch_exceptions=False)

    assert json.loads(result.output)["owner"] == "Inês Prata"


def test_colours_are_for_terminals(file: str) -> None:
    arguments = ["explain", str(EXAMPLE), "--ticket", file]

    assert "\x1b[" not in CliRunner().invoke(main, arguments).output
    assert "\x1b[" in CliRunner().invoke(main, arguments, color=True).output


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "Wed 2026-07-01 12:00 UTC"),
        (datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC), "Wed 2026-07-01 12:00:05 UTC"),
    ],
)
def test_an_instant_in_utc_is_told_once(at: datetime, told: str) -> None:
    assert Look().time(at) == told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "needs either --ticket or --id"),
        (["--ticket", "TICKET", "--id", "acme#7"], "takes one of --ticket and --id, not both"),
        (["--ticket", "TICKET", "--read"], "goes with --id"),
        (["--ticket", "TICKET", "--rule", "unanswerd-4h"], 'did you mean "unanswered-4h"?'),
        (["--ticket", "TICKET", "--connection", "dema"], 'did you mean "demo"?'),
        (["--ticket", "TICKET", "--at", "noon"], 'found "noon"'),
        (["--ticket", "TICKET", "--at", "0001-01-01"], 'found "0001-01-01"'),
        (["--ticket", "POLICY"], "--ticket:"),
        (["--ticket", "TICKET", "--event", "POLICY"], "--event:"),
        (["--id", "acme", "--event", "TICKET"], "go with --ticket"),
        (["--id", "acme"], "as acme#42"),
    ],
)
def test_mistakes_are_told_in_words(file: str, arguments: list[str], told: str) -> None:
    given = [{"TICKET": file, "POLICY": str(EXAMPLE)}.get(one, one) for one in arguments]

    result = run("explain", str(EXAMPLE), *given)

    assert result.exit_code == 1
    assert told in result.output


def test_of_a_file_everybody_counts_as_fresh(tmp_path: Path) -> None:
    policy = ruled(when={"field": "ticket.status", "operator": "is", "value": "open"})
    people = list(policy["people"])
    policy["admin"] = people[0]
    policy["matrix"] = [{"issue_type": "*", "severity": "*", "owner": {"least_loaded": people[:2]}}]
    files = (write(tmp_path / "policy.json", policy), "--ticket", write(tmp_path / "ticket.json", waiting()))

    found, text = explained(*files), run("explain", *files).output

    assert found["owner"] == policy["people"][people[0]]["name"]
    idle = "(0 open cases, 0 open tickets, 0 turns)"
    assert f"{people[0]} {idle}, {people[1]} {idle}" in found["chosen"]
    assert any("everybody counts as fresh" in note for note in found["notes"])
    assert f"  chosen as least loaded of {people[0]}, {people[1]}: {people[0]} (0" in text
