"""What an account has set up, as the API lists it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox import ZendeskSandbox
from tests.sandbox.conftest import ANA, BEN, Caller

AGENTS_TOKEN = "an-agents-invented-token"


@pytest.fixture
def agent(sandbox: ZendeskSandbox) -> Iterator[Caller]:
    sandbox.seed({"tokens": {AGENTS_TOKEN: ANA}})
    caller = Caller(sandbox, AGENTS_TOKEN)
    with caller.session:
        yield caller


def test_who_is_in_which_group_is_listed_page_by_page(sandbox: ZendeskSandbox, call: Caller) -> None:
    page = call("GET", "group_memberships.json?page%5Bsize%5D=1").json()

    assert [(one["group_id"], one["user_id"]) for one in page["group_memberships"]] == [(201, ANA)]
    assert page["meta"]["has_more"] is True
    following = call("GET", page["links"]["next"].partition("/api/v2/")[2]).json()
    assert [(one["group_id"], one["user_id"]) for one in following["group_memberships"]] == [(202, BEN)]
    assert not sandbox.violations


def test_many_users_are_shown_at_once(sandbox: ZendeskSandbox, call: Caller) -> None:
    found = call("GET", f"users/show_many.json?ids={ANA},{BEN},999").json()["users"]

    assert [one["id"] for one in found] == [ANA, BEN]
    assert not sandbox.violations


def test_fields_and_statuses_are_listed_as_seeded(sandbox: ZendeskSandbox, call: Caller) -> None:
    sandbox.seed(
        {
            "ticket_fields": [{"id": 360_001, "type": "text", "title": "Order"}],
            "custom_statuses": [{"id": 5, "agent_label": "At the vendor", "status_category": "hold"}],
        }
    )

    assert call("GET", "ticket_fields").json()["ticket_fields"][0]["active"] is True
    assert call("GET", "custom_statuses").json()["custom_statuses"][0]["agent_label"] == "At the vendor"
    assert not sandbox.violations


def test_only_a_choice_of_brands_stands_among_the_definitions(sandbox: ZendeskSandbox, call: Caller) -> None:
    sandbox.seed(
        {"brands": [{"id": 1, "name": "One"}], "ticket_forms": [{"id": 2, "name": "A"}, {"id": 3, "name": "B"}]}
    )

    (condition,) = call("GET", "triggers/definitions").json()["definitions"]["conditions_all"]

    assert condition["subject"] == "ticket_form_id"
    assert [value["value"] for value in condition["values"]] == ["2", "3"]
    assert not sandbox.violations


@pytest.mark.parametrize("path", ["slas/policies", "triggers/definitions"])
def test_some_lists_are_for_admins_alone(call: Caller, agent: Caller, path: str) -> None:
    assert call("GET", path).status_code == 200
    assert agent("GET", path).status_code == 403
