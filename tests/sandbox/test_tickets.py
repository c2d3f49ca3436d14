"""Reading and writing tickets as Zendesk has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox import ZendeskSandbox
from tests.sandbox.conftest import ANA, BEN, CUSTOMER, OURS, SEED, Caller, Clock
from tests.sandbox.zendesk.helpdesk import stamp


@pytest.mark.parametrize("ending", ["", ".json"])
def test_a_ticket_is_read_with_what_belongs_to_it(call: Caller, ticket: int, ending: str) -> None:
    found = call("GET", f"tickets/{ticket}{ending}?include=slas,users,organizations").json()

    assert found["ticket"]["description"] == "Please help"
    assert found["ticket"]["slas"] == {"policy_metrics": []}
    assert [user["id"] for user in found["users"]] == [CUSTOMER]
    assert [o["name"] for o in found["organizations"]] == ["Bakery"]


def test_one_write_does_everything(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    answer = call.put(
        ticket,
        priority="urgent",
        assignee_id=ANA,
        group_id=201,
        tags=["Oven", "esc l2"],
        custom_fields=[{"id": 7, "value": "x"}],
        followers=[{"user_id": BEN, "action": "put"}],
        comment={"html_body": "<p>Escalated</p>", "public": False},
        metadata={"run": "01J"},
    ).json()

    after, audit = answer["ticket"], answer["audit"]
    assert (after["priority"], after["status"], after["assignee_id"]) == ("urgent", "open", ANA)
    assert after["tags"] == ["esc", "l2", "oven"]
    assert after["custom_fields"] == [{"id": 7, "value": "x"}]
    assert after["follower_ids"] == [BEN]
    assert audit["metadata"]["custom"] == {"run": "01J"}
    changed = {e["field_name"]: (e["previous_value"], e["value"]) for e in audit["events"] if e["type"] == "Change"}
    assert changed["priority"] == (None, "urgent")
    assert changed["assignee_id"] == (None, str(ANA))
    note = sandbox.comments(ticket)[-1]
    assert (note["plain_body"], note["public"], note["author_id"]) == ("Escalated", False, OURS)
    assert not sandbox.violations


def test_null_clears_and_a_follower_can_be_taken_off(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    call.put(ticket, assignee_id=ANA, custom_fields=[{"id": 7, "value": "x"}], followers=[{"user_id": BEN}])
    gone = {"user_email": "ben@acme.test", "action": "delete"}

    after = call.put(ticket, assignee_id=None, custom_fields=[{"id": 7, "value": None}], followers=[gone]).json()

    assert after["ticket"]["assignee_id"] is None
    assert after["ticket"]["custom_fields"] == [{"id": 7, "value": None}]
    assert after["ticket"]["follower_ids"] == []


def test_a_stale_stamp_is_a_conflict_and_changes_nothing(
    sandbox: ZendeskSandbox, call: Caller, clock: Clock, ticket: int
) -> None:
    seen = sandbox.ticket(ticket)["updated_at"]
    clock.forward(seconds=2)
    sandbox.act(BEN).update(ticket, priority="low")

    answer = call.put(ticket, priority="high", safe_update=True, updated_stamp=seen)

    assert (answer.status_code, answer.json()["error"]) == (409, "UpdateConflict")
    assert answer.json()["description"]
    assert sandbox.ticket(ticket)["priority"] == "low"
    fresh = sandbox.ticket(ticket)["updated_at"]
    assert call.put(ticket, priority="high", safe_update=True, updated_stamp=fresh).status_code == 200


def test_two_changes_in_one_second_share_a_stamp(
    sandbox: ZendeskSandbox, call: Caller, clock: Clock, ticket: int
) -> None:
    seen = sandbox.ticket(ticket)["updated_at"]
    clock.forward(milliseconds=400)
    sandbox.act(BEN).update(ticket, priority="low")

    assert call.put(ticket, type="task", safe_update=True, updated_stamp=seen).status_code == 200


def test_a_finer_grain_tells_them_apart(clock: Clock) -> None:
    with ZendeskSandbox(clock=clock, stamp_grain=timedelta(microseconds=1)) as sandbox:
        sandbox.seed(SEED)
        ticket = sandbox.act(CUSTOMER).create_ticket(subject="x", comment="y")
        seen = sandbox.ticket(ticket)["updated_at"]
        clock.forward(milliseconds=400)
        sandbox.act(BEN).update(ticket, priority="low")
        fields = {"type": "task", "safe_update": True, "updated_stamp": seen}

        answer = Caller(sandbox)("PUT", f"tickets/{ticket}", json={"ticket": fields}, headers={"Connection": "close"})

        assert answer.status_code == 409


def test_stamps_are_cut_not_rounded(clock: Clock) -> None:
    clock.forward(milliseconds=999)

    assert stamp(clock()) == "2026-11-02T09:00:00Z"


@pytest.mark.parametrize(
    "fields",
    [
        {"assignee_id": BEN, "group_id": 201},
        {"assignee_id": CUSTOMER},
        {"group_id": 999},
        {"followers": [{"user_id": CUSTOMER, "action": "put"}]},
        {"status": "resting"},
    ],
)
def test_what_is_invalid_is_refused_and_changes_nothing(
    sandbox: ZendeskSandbox, call: Caller, ticket: int, fields: dict[str, object]
) -> None:
    answer = call.put(ticket, tags=["new"], **fields)

    assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")
    assert answer.json()["details"]
    assert sandbox.ticket(ticket)["tags"] == ["oven"]


def test_closed_and_unknown_tickets_take_no_writes(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    sandbox.act(ANA).update(ticket, status="closed")

    assert call.put(ticket, priority="low").status_code == 422
    assert call.put(999, priority="low").json() == {"error": "RecordNotFound", "description": "Not found"}
    assert call("GET", "no/such/place").json()["error"] == "InvalidEndpoint"
    assert call("PUT", f"tickets/{ticket}", data="{").status_code == 400


def test_unknown_keys_are_dropped_with_a_quiet_warning(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    answer = call.put(ticket, priorty="high")

    assert answer.status_code == 200
    assert "priorty" in answer.headers["x-zendesk-api-warn"]
    assert "priorty" not in sandbox.ticket(ticket)


def test_tags_can_be_added_set_and_taken_away(sandbox: ZendeskSandbox, call: Caller, clock: Clock, ticket: int) -> None:
    where = f"tickets/{ticket}/tags.json"

    assert call("PUT", where, json={"tags": ["a"]}).json() == {"tags": ["a", "oven"]}
    assert call("POST", where, json={"tags": ["b", "c"]}).status_code == 201
    assert call("DELETE", where, json={"tags": ["b"]}).json() == {"tags": ["c"]}
    assert call("GET", where).json() == {"tags": ["c"]}
    stale = {"tags": ["d"], "safe_update": True, "updated_stamp": "2020-01-01T00:00:00Z"}
    assert call("PUT", where, json=stale).status_code == 409


def test_an_agents_placeholders_are_expanded_and_a_customers_are_not(
    sandbox: ZendeskSandbox, call: Caller, ticket: int
) -> None:
    text = "#{{ticket.id}} {{ ticket.title }} {{ticket.requester.name}}{{no.such}}"
    call.put(ticket, comment={"body": text, "public": False})
    sandbox.act(CUSTOMER).comment(ticket, text)

    note, reply = sandbox.comments(ticket)[-2:]
    assert note["plain_body"] == f"#{ticket} Oven <b>broken</b> Cora Nunes"
    assert "<b>" not in note["html_body"]
    assert reply["plain_body"] == text


def test_a_customers_answer_opens_a_solved_ticket(sandbox: ZendeskSandbox, ticket: int) -> None:
    sandbox.act(ANA).update(ticket, status="solved")
    sandbox.act(CUSTOMER).comment(ticket, "Not yet")

    assert sandbox.ticket(ticket)["status"] == "open"


def test_audits_and_comments_come_in_pages(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    for number in range(4):
        sandbox.act(ANA).comment(ticket, f"n{number}", public=False)
    address: str | None = f"tickets/{ticket}/audits.json?sort_order=desc&page%5Bsize%5D=2"
    seen = []
    while address:
        page = call("GET", address.partition("/api/v2/")[2] or address).json()
        seen += [audit["id"] for audit in page["audits"]]
        assert page["meta"]["has_more"] is bool(page["links"]["next"])
        address = page["links"]["next"]

    assert seen == [audit["id"] for audit in reversed(sandbox.audits(ticket))]
    second = call("GET", f"tickets/{ticket}/comments.json?include=users&per_page=2&page=2").json()
    assert [c["body"] for c in second["comments"]] == ["n1", "n2"]
    assert [user["id"] for user in second["users"]] == [ANA]


def test_the_same_idempotency_key_makes_one_ticket(sandbox: ZendeskSandbox, call: Caller) -> None:
    body = {"ticket": {"subject": "x", "comment": {"body": "y"}}}
    first = call("POST", "tickets.json", json=body, headers={"Idempotency-Key": "k"})
    again = call("POST", "tickets.json", json=body, headers={"Idempotency-Key": "k"})
    other = call("POST", "tickets.json", json={"ticket": {"subject": "z"}}, headers={"Idempotency-Key": "k"})

    assert first.json()["ticket"]["id"] == again.json()["ticket"]["id"]
    assert again.headers["x-idempotency-lookup"] == "hit"
    assert other.status_code == 400


def test_a_target_stands_still_until_it_is_met(
    sandbox: ZendeskSandbox, call: Caller, clock: Clock, ticket: int
) -> None:
    def metrics() -> dict[str, tuple[str, str | None]]:
        found = call("GET", f"tickets/{ticket}?include=slas").json()["ticket"]["slas"]["policy_metrics"]
        return {m["metric"]: (m["stage"], m["breach_at"]) for m in found}

    call.put(ticket, tags=["sla_l2"])
    assert metrics() == {}
    call.put(ticket, priority="urgent")
    clock.forward(minutes=5)
    assert metrics()["first_reply_time"] == ("active", "2026-11-02T09:10:00Z")
    sandbox.act(ANA).comment(ticket, "Here I am")
    sandbox.act(ANA).update(ticket, status="pending")
    assert metrics() == {"first_reply_time": ("achieved", None), "requester_wait_time": ("paused", None)}
    call.put(ticket, tags=[])
    assert metrics() == {}


def test_a_reply_to_a_closed_ticket_is_a_ticket_that_follows_it_up(
    sandbox: ZendeskSandbox, call: Caller, ticket: int
) -> None:
    def made(**fields: Any) -> dict[str, Any]:
        body = {"ticket": {"subject": "Re", "comment": {"body": "x"}, "via_followup_source_id": ticket, **fields}}
        return dict(call("POST", "tickets.json", json=body).json()["ticket"])

    call.put(ticket, tags=["gift"])
    early = made()
    sandbox.act(ANA).update(ticket, status="closed")
    late, tagged = made(), made(tags=["other"])

    assert "source" not in early["via"]
    assert (late["via"]["source"]["rel"], late["via"]["source"]["from"]["ticket_id"]) == ("follow_up", ticket)
    assert (late["tags"], tagged["tags"]) == (["gift"], ["other"])


def test_a_required_field_is_wanted_when_a_ticket_is_solved(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    sandbox.helpdesk.seed({"ticket_fields": [{"id": 77, "title": "Cause", "type": "text", "required": True}]})

    refused = call.put(ticket, status="solved")
    taken = call.put(ticket, status="solved", custom_fields=[{"id": 77, "value": "x"}])

    assert (refused.status_code, taken.status_code) == (422, 200)
    assert refused.json()["details"]["base"][0]["ticket_field_id"] == 77


def test_a_new_target_is_told_with_the_policy_it_is_of(call: Caller, ticket: int) -> None:
    def told() -> list[tuple[str, str]]:
        found = call("GET", f"tickets/{ticket}?include=metric_events").json()["ticket"]["metric_events"]
        return [(metric, e["sla"]["policy"]["title"]) for metric, events in found.items() for e in events]

    call.put(ticket, tags=["sla_l2"])
    assert told() == []
    call.put(ticket, priority="urgent")
    call.put(ticket, subject="Other")

    assert told() == [("reply_time", "Escalated"), ("requester_wait_time", "Escalated")]


def test_a_policy_and_a_breach_that_move_are_events(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    told: list[str] = []
    sandbox.helpdesk.listeners.append(lambda _, __, events: told.extend(name for name, _ in events))

    call.put(ticket, tags=["sla_l2"], priority="urgent")

    assert {"sla_policy_changed", "next_sla_breach_changed"} <= set(told)


def test_the_export_brings_each_changed_ticket_once(
    sandbox: ZendeskSandbox, call: Caller, clock: Clock, ticket: int
) -> None:
    start = int(clock().timestamp())
    second = sandbox.act(CUSTOMER).create_ticket(subject="Two", comment="x")
    assert call("GET", f"incremental/tickets/cursor.json?start_time={start}").json()["tickets"] == []
    clock.forward(minutes=2)

    first = call("GET", f"incremental/tickets/cursor.json?start_time={start}&per_page=1").json()
    rest = call("GET", f"incremental/tickets/cursor.json?cursor={first['after_cursor']}").json()

    assert [t["id"] for t in first["tickets"] + rest["tickets"]] == [ticket, second]
    assert (first["end_of_stream"], rest["end_of_stream"]) == (False, True)
    sandbox.act(ANA).update(ticket, priority="low")
    clock.forward(minutes=2)
    later = call("GET", f"incremental/tickets/cursor.json?cursor={rest['after_cursor']}").json()
    assert [t["id"] for t in later["tickets"]] == [ticket]
