"""The sandbox's rate limits: counted on its own clock, told by every answer."""

from __future__ import annotations

from tests.sandbox import ZendeskSandbox
from tests.sandbox.conftest import Caller, Clock


def test_an_account_has_so_many_calls_in_a_minute(
    sandbox: ZendeskSandbox, call: Caller, ticket: int, clock: Clock
) -> None:
    sandbox.limit(account=2)

    left = [call("GET", f"tickets/{ticket}").headers["ratelimit-remaining"] for _ in range(2)]
    refused = call("GET", f"tickets/{ticket}")

    assert left == ["1", "0"]
    assert (refused.status_code, refused.headers["Retry-After"], refused.headers["ratelimit-reset"]) == (
        429,
        "60",
        "60",
    )
    assert refused.json()["error"] == "APIRateLimitExceeded"
    clock.forward(seconds=60)
    assert call("GET", f"tickets/{ticket}").status_code == 200


def test_updates_of_tickets_have_a_limit_of_their_own(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    sandbox.limit(updates=1)

    first, second = call.put(ticket, priority="low"), call.put(ticket, priority="high")

    assert first.headers["zendesk-ratelimit-tickets-update"] == "total=1; remaining=0; resets=60"
    assert (second.status_code, call("GET", f"tickets/{ticket}").status_code) == (429, 200)


def test_one_ticket_takes_so_many_updates_in_ten_minutes(
    sandbox: ZendeskSandbox, call: Caller, ticket: int, clock: Clock
) -> None:
    sandbox.limit(per_ticket=2)
    another = sandbox.act(301).create_ticket(subject="Other", comment="Other")
    call.put(ticket, priority="low")
    clock.forward(minutes=4)
    call.put(ticket, priority="high")

    refused = call.put(ticket, priority="low")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "360")
    assert refused.headers["zendesk-ratelimit-per-ticket-updates"] == "total=2; remaining=0; resets=360"
    assert call.put(another, priority="low").status_code == 200
    clock.forward(minutes=6)
    assert call.put(ticket, priority="low").status_code == 200


def test_exports_have_a_limit_of_their_own(sandbox: ZendeskSandbox, call: Caller) -> None:
    sandbox.limit(exports=1)
    path = "incremental/tickets/cursor.json?start_time=1"

    answers = [call("GET", path) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[0].headers["zendesk-ratelimit-incremental-exports"] == "total=1; remaining=0; resets=60"
