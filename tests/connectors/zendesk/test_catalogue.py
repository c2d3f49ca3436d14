"""Zendesk's lists of what an account has set up, read into a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.catalogue import Agent, CatalogueField, SlaPolicy
from connectors.contract import Connector
from connectors.errors import TemporaryFailure
from connectors.zendesk import catalogue
from connectors.zendesk.platform import Zendesk
from tests.connectors.conformance.driver import Clock
from tests.connectors.zendesk.driver import ANA, FIELD, GROUP, OURS, ZendeskDriver, zendesk

SLA = {
    "title": "Escalated",
    "filter": {
        "all": [
            {"field": "current_tags", "operator": "includes", "value": "SLA_l2 sla_l3"},
            {"field": "current_tags", "operator": "not_includes", "value": "spam"},
            {"field": "brand_id", "operator": "is", "value": "1"},
        ],
        "any": [{"field": "current_tags", "operator": "includes", "value": ["vip"]}],
    },
}


@pytest.fixture
def driver() -> Iterator[ZendeskDriver]:
    with zendesk(Clock(datetime(2026, 11, 2, 12, tzinfo=UTC))) as driver:
        assert isinstance(driver, ZendeskDriver)
        yield driver
        assert not driver.violations()


@pytest.fixture
def connector(driver: ZendeskDriver) -> Connector:
    return Zendesk().open(driver.account, clock=driver.clock)


def test_members_have_all_their_groups() -> None:
    found = catalogue.members(
        [
            {"user_id": 1, "group_id": 2},
            {"user_id": 1, "group_id": 3},
            {"user_id": 4, "group_id": None},
            {"user_id": [], "group_id": 2},
        ]
    )

    assert found == {"1": {"2", "3"}}


@pytest.mark.parametrize(
    ("user", "active"),
    [
        ({"role": "agent"}, True),
        ({"role": "admin", "active": True, "suspended": False}, True),
        ({"role": "agent", "suspended": True}, False),
        ({"role": "agent", "active": False}, False),
        ({"role": "agent", "role_type": 1}, False),
        ({"role": "agent", "role_type": 0}, True),
        ({"role": "end-user"}, False),
        ({}, False),
    ],
)
def test_an_agent_is_active_or_not(user: dict[str, Any], active: bool) -> None:
    found = catalogue.agents([{"id": 1, "name": "Ana", **user}], {"1": frozenset({"2"})})

    assert found == {"1": Agent(id="1", name="Ana", role=user.get("role"), active=active, groups=frozenset({"2"}))}


def test_what_is_deleted_or_switched_off_has_no_name() -> None:
    entries = [{"id": 1, "name": "A"}, {"id": 2, "name": "B", "deleted": True}, {"id": 3, "name": "C", "active": False}]

    assert catalogue.names([*entries, {"name": "without an id"}]) == {"1": "A"}


def test_only_fields_of_choice_have_options() -> None:
    options = [{"name": "Late", "value": "late"}, "nonsense"]
    entries = [
        {"id": 1, "type": "tagger", "title": "Reason", "custom_field_options": options},
        {"id": 2, "type": "text", "title": "Order", "active": False, "custom_field_options": None},
        {"id": 3, "type": "multiselect", "title": None},
    ]

    assert catalogue.fields(entries) == {
        "1": CatalogueField(id="1", name="Reason", type="tagger", options={"late": "Late"}),
        "2": CatalogueField(id="2", name="Order", type="text", active=False),
        "3": CatalogueField(id="3", name="", type="multiselect", options={}),
    }


@pytest.mark.parametrize("odd", [{}, {"filter": None}, {"filter": {"all": None}}, {"filter": {"all": ["x"]}}])
def test_a_policy_tells_the_tags_it_wants(odd: dict[str, Any]) -> None:
    found = catalogue.policies([SLA, odd])

    assert found[0] == SlaPolicy(name="Escalated", tags=frozenset({"sla_l2", "sla_l3", "vip"}))
    assert found[1].tags == frozenset()


def test_tags_are_those_of_fields_and_of_policies() -> None:
    fields = [{"tag": "gift", "custom_field_options": [{"value": "late"}]}, {"tag": None}]

    assert catalogue.tags(fields, [SlaPolicy(name="x", tags=frozenset({"vip"}))]) == {"gift", "late", "vip"}


@pytest.mark.parametrize("document", [{}, {"definitions": None}, {"definitions": {"conditions_all": [{}]}}])
def test_without_a_choice_nothing_is_known_of_it(document: dict[str, Any]) -> None:
    assert catalogue.chosen(document, "brand_id") is None


def test_the_whole_account_is_listed(driver: ZendeskDriver, connector: Connector) -> None:
    driver.sandbox.seed(
        {
            "custom_statuses": [{"id": 5, "agent_label": "At the vendor", "status_category": "hold"}],
            "brands": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}],
            "sla_policies": [{**SLA, "policy_metrics": []}],
        }
    )

    found = connector.catalogue()

    assert found.statuses == {"5": "At the vendor"}
    assert (found.brands, found.forms) == ({"1": "One", "2": "Two"}, None)
    assert [one.name for one in found.sla_policies or ()] == ["Escalated"]
    assert found.tags == {"reason_late", "sla_l2", "sla_l3", "vip"}
    assert (found.fields or {})[str(FIELD)].options == {"reason_late": "Late"}


def test_long_lists_are_read_to_their_end(driver: ZendeskDriver, connector: Connector) -> None:
    people = [{"id": n, "name": f"Agent {n}", "role": "agent"} for n in range(2_000, 2_230)]
    driver.sandbox.seed({"users": people, "groups": [{"id": 202, "name": "All", "members": [p["id"] for p in people]}]})

    agents = connector.catalogue().agents or {}

    assert len(agents) == 232
    assert agents["2229"].groups == {"202"}


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/group_memberships", "agents"),
        ("/users/show_many", "agents"),
        ("/groups.json", "groups"),
        ("/ticket_fields", "fields"),
        ("/custom_statuses", "statuses"),
        ("/slas/policies", "sla_policies"),
        ("/triggers/definitions", "brands"),
    ],
)
@pytest.mark.parametrize("status", [403, 404])
def test_a_list_that_may_not_be_seen_is_not_known(
    driver: ZendeskDriver, connector: Connector, path: str, part: str, status: int
) -> None:
    driver.sandbox.seed({"brands": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}]})
    driver.sandbox.faults.add("GET", path, "status", status=status)

    found = connector.catalogue()

    assert getattr(found, part) is None
    assert sum(getattr(found, name) is None for name in found.__slots__) <= 3  # forms are no choice; fields tell tags


def test_a_helpdesk_that_is_down_is_not_taken_for_an_empty_one(driver: ZendeskDriver, connector: Connector) -> None:
    driver.sandbox.faults.add("GET", "/ticket_fields", "status", status=503)

    with pytest.raises(TemporaryFailure):
        connector.catalogue()


def test_half_a_list_is_not_taken_for_all(
    driver: ZendeskDriver, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.zendesk.client._MOST_PAGES_OF_A_LIST", 1)

    assert connector.catalogue().groups is None


def test_our_own_user_and_every_agent_are_among_the_agents(connector: Connector) -> None:
    agents = connector.catalogue().agents or {}

    assert agents.keys() == {str(OURS), str(ANA)}
    assert all(one.groups == {str(GROUP)} for one in agents.values())
