"""A policy beside what a helpdesk has: each finding, and a policy that just has not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.catalogue import Agent, Catalogue, CatalogueField, SlaPolicy
from plugin.core.lint import Finding, lint_live
from plugin.core.rules import compile_policy
from tests.core.lint.samples import NOW, Json, asked, document, rule, when, with_rules

ACME = Catalogue(
    agents={
        "101": Agent(id="101", name="Ana Reis", role="admin", groups=frozenset({"201"})),
        "102": Agent(id="102", name="Ben Sousa", role="agent", groups=frozenset({"201", "202"})),
        "103": Agent(id="103", name="Cora Dias", role="agent", active=False),
    },
    groups={"201": "Care", "202": "Billing"},
    fields={
        "360001": CatalogueField(
            id="360001", name="Reason", type="tagger", options={"late": "Too late", "lost": "Lost"}
        ),
        "360002": CatalogueField(id="360002", name="Order", type="text"),
        "360003": CatalogueField(id="360003", name="Old", type="text", active=False),
    },
    statuses={"5": "At the vendor"},
    brands={"11": "One", "12": "Two"},
    forms={"21": "Question"},
    sla_policies=(SlaPolicy(name="Escalated", tags=frozenset({"sla_one"})),),
    tags=frozenset({"late", "lost", "sla_one"}),
)


def found(policy: Json, catalogue: Catalogue = ACME) -> tuple[Finding, ...]:
    return lint_live(compile_policy(policy), policy, catalogue, connection="acme", now=NOW)


def seen(policy: Json, catalogue: Catalogue = ACME) -> set[tuple[str, str]]:
    return {(one.code.value, one.where) for one in found(policy, catalogue)}


def changed(section: str, key: str, id_: str) -> Json:
    policy = document()
    policy[section][key]["ids"]["acme"] = id_
    return policy


def test_a_policy_that_fits_has_nothing_to_find() -> None:
    assert found(document()) == ()


def test_of_a_helpdesk_that_tells_nothing_nothing_is_said() -> None:
    policy = when(
        asked("ticket.brand", "is", "99"), asked("ticket.fields.7", "is", "x"), asked("ticket.group", "is", "9")
    )

    assert found(policy, Catalogue()) == ()


@pytest.mark.parametrize(
    ("section", "key", "id_", "code", "words"),
    [
        ("people", "ana", "999", "agent_unknown", 'did you mean "101" (Ana Reis)?'),
        ("people", "ana", "103", "agent_inactive", "Cora Dias (103) can be assigned nothing"),
        ("groups", "care", "999", "group_unknown", 'did you mean "201" (Care)?'),
        ("fields", "order_id", "999", "field_unknown", 'did you mean "360002" (Order)?'),
        ("fields", "order_id", "360003", "field_unknown", "Old (360003) is switched off"),
    ],
)
def test_an_id_that_leads_nowhere_is_told_with_the_near_name(
    section: str, key: str, id_: str, code: str, words: str
) -> None:
    (one,) = [one for one in found(changed(section, key, id_)) if one.where.startswith(section)]

    assert (one.code, one.where, one.level) == (code, f"{section}.{key}.ids.acme", "error")
    assert words in one.message


def test_somebody_who_is_not_in_the_group_is_found_where_the_two_meet() -> None:
    policy = changed("groups", "care", "202")
    policy["matrix"][0]["owner"] = "ana"

    (one,) = found(policy)

    assert (one.code, one.where) == ("not_in_group", "matrix[0].changes.group")
    assert "Ana Reis may be assigned here, but is not in the group care" in one.message
    policy["matrix"][0]["changes"]["assignee"] = "keep"
    assert seen(policy) == set()
    policy["matrix"][0]["changes"]["assignee"] = "ben"
    assert seen(policy) == set()


def test_whoever_a_rota_may_name_must_be_in_the_group() -> None:
    policy = with_rules(rule(changes={"group": "billing"}))
    policy["groups"]["billing"] = {"name": "Billing", "ids": {"acme": "202"}}

    assert seen(policy) == {("not_in_group", "rules[3].changes.group")}


@pytest.mark.parametrize(
    ("test", "code", "place"),
    [
        (asked("ticket.custom_status", "is", "6"), "status_unknown", "value"),
        (asked("ticket.custom_status", "changed_to", ["5", "6"]), "status_unknown", "value"),
        (asked("ticket.brand", "in", ["11", "13"]), "brand_unknown", "value"),
        (asked("ticket.form", "is_not", "22"), "form_unknown", "value"),
        (asked("ticket.group", "is", "203"), "group_unknown", "value"),
        (asked("ticket.assignee", "is", "999"), "agent_unknown", "value"),
        (asked("ticket.fields.999", "present"), "field_unknown", "field"),
        (asked("due.fields.360003", "passed"), "field_unknown", "field"),
        (asked("ticket.fields.reason", "is", "lte"), "option_unknown", "value"),
        (asked("ticket.fields.360001", "in", ["late", "gone"]), "option_unknown", "value"),
        (asked("ticket.tags", "contains", "sla_onne"), "tag_unknown", "value"),
    ],
)
def test_a_word_that_is_not_there_is_found(test: Json, code: str, place: str) -> None:
    assert seen(when(test)) == {(code, f"rules[3].when.all[0].{place}")}


@pytest.mark.parametrize(
    "test",
    [
        asked("ticket.custom_status", "is", "5"),
        asked("ticket.custom_status", "present"),
        asked("ticket.brand", "in", ["11", 12]),
        asked("ticket.group", "is", "Care"),
        asked("ticket.assignee", "in", ["ana", "103"]),
        asked("ticket.fields.reason", "is", "LATE"),
        asked("ticket.fields.order_id", "is", "anything"),
        asked("ticket.fields.360002", "present"),
        asked("ticket.tags", "contains_any", ["sla_two", "vip", "late", "sla_one"]),
    ],
)
def test_a_word_that_is_there_is_left_alone(test: Json) -> None:
    assert seen(when(test)) == set()


def test_a_name_instead_of_an_id_is_told_with_the_id() -> None:
    (one,) = found(when(asked("ticket.custom_status", "is", "at the vendor")))

    assert 'did you mean "5" (At the vendor)?' in one.message


def test_what_people_see_of_a_choice_is_told_with_its_value() -> None:
    (one,) = found(when(asked("ticket.fields.reason", "is", "too late")))

    assert 'did you mean "late" (Too late)?' in one.message


def test_a_bare_id_may_be_another_connections() -> None:
    policy = when(asked("ticket.brand", "is", "99"))
    policy["people"]["ana"]["ids"]["other"] = "1"

    (one,) = found(policy)

    assert one.level == "warning"


@pytest.mark.parametrize(
    ("fields", "place"),
    [({"reason": "lte"}, "reason"), ({"360001": "gone"}, "360001")],
)
def test_a_choice_that_is_written_must_be_there(fields: dict[str, Any], place: str) -> None:
    policy = with_rules(rule(changes={"custom_fields": fields}))

    assert seen(policy) == {("option_unknown", f"rules[3].changes.custom_fields.{place}")}
    assert seen(with_rules(rule(changes={"custom_fields": {"reason": None, "order_id": "x"}}))) == set()


def test_an_sla_tag_wants_a_policy_that_filters_on_it() -> None:
    policy = document()
    policy["matrix"][0]["changes"]["sla_tag"] = "sla_on"

    (one,) = found(policy)

    assert (one.code, one.where, one.level) == ("sla_tag_unused", "matrix[0].changes.sla_tag", "warning")
    assert 'did you mean "sla_one"?' in one.message
    assert seen(policy, replace(ACME, sla_policies=None)) == set()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Escalate", 'did you mean "escalated"?'),
        ("Usual", 'does not filter on "sla_one"'),
    ],
)
def test_an_sla_policy_that_is_named_must_be_the_one_the_tag_brings(name: str, message: str) -> None:
    policy = document()
    policy["matrix"][0]["changes"]["sla_policy"] = name
    desk = replace(ACME, sla_policies=(*(ACME.sla_policies or ()), SlaPolicy(name="Usual")))

    (one,) = found(policy, desk)

    assert (one.code, one.where, one.level) == ("sla_policy_unknown", "matrix[0].changes.sla_policy", "warning")
    assert message in one.message


def test_an_sla_policy_is_named_as_the_helpdesk_has_it() -> None:
    policy = document()
    policy["matrix"][0]["changes"]["sla_policy"] = " escalated"

    assert seen(policy) == set()


def test_an_entity_is_read_from_a_field_that_is_there() -> None:
    policy = document()
    policy["entities"]["order"]["in"] = ["ticket.fields.999", "ticket.fields.order_id"]

    assert seen(policy) == {("field_unknown", "entities.order.in[0]")}
