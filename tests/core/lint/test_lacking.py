"""What a helpdesk has none of is told rule by rule."""

from __future__ import annotations

from connectors.catalogue import Catalogue
from plugin.core.lint import lint_live
from plugin.core.rules import compile_policy
from tests.core.lint.samples import NOW, Json, asked, document, rule, when, with_rules

PLAIN = Catalogue(
    lacks={
        "ticket.brand": "there are no brands; take ticket.fields with the project",
        "changes.group": "tickets have no group of agents",
    }
)


def found(policy: Json, catalogue: Catalogue = PLAIN) -> list[tuple[str, str, str]]:
    findings = lint_live(compile_policy(policy), policy, catalogue, connection="acme", now=NOW)
    return [(one.code.value, one.where, one.message) for one in findings]


def test_a_fact_that_is_never_known_is_told_where_it_is_asked_for() -> None:
    policy = when(asked("ticket.brand", "is", "11"))
    policy["matrix"][0]["changes"].pop("group", None)

    (one,) = [one for one in found(policy) if one[1].endswith(".field")]

    assert one[0] == "not_there"
    assert one[1].startswith("rules[")
    assert one[2] == '"ticket.brand" is never known on "acme": there are no brands; take ticket.fields with the project'


def test_a_change_that_nobody_can_make_is_told_in_rules_and_rows() -> None:
    policy = with_rules(rule(changes={"group": "care"}))

    places = [where for code, where, _ in found(policy) if code == "not_there"]

    assert "rules[3].changes.group" in places
    assert all(place.endswith(".changes.group") for place in places)


def test_where_nothing_is_lacking_nothing_is_said() -> None:
    assert found(document(), Catalogue()) == []
