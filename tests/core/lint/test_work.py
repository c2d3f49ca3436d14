"""What a look at a large policy costs grows with the policy, and no faster."""

from __future__ import annotations

from plugin.core.lint.matrix import MOST_COMPARED, MOST_LISTED, matrix
from plugin.core.lint.outlook import Outlook
from plugin.core.rules import compile_policy
from tests.core.counting import steps_of
from tests.core.lint.samples import NOW, Json, asked, document, rule


def large(size: int, *, met: bool = True, people: int = 0) -> Outlook:
    """Return a policy of so many rows and rules, each rule with a row of its own or only the last."""
    told: Json = document()
    told["matrix"][:-1] = [{"issue_type": f"issue-{i}", "severity": "sev1", "owner": "ana"} for i in range(size)]
    told["people"] |= {f"person-{i}": {"name": "P", "ids": {"acme": str(1000 + i)}} for i in range(people)}
    kind = "issue" if met else "isue"
    told["rules"] = [
        rule(
            f"rule-{i}",
            when=asked("ticket.assignee", "is", "ana"),
            escalate={"issue_type": f"{kind}-{i}", "severity": "sev1"},
        )
        for i in range(size)
    ]
    return Outlook(policy=compile_policy(told), document=told, now=NOW)


def test_rows_and_rules_are_looked_at_each_once() -> None:
    few, many = (large(size) for size in (50, 100))

    assert steps_of(lambda: list(matrix(many))) < 2.5 * steps_of(lambda: list(matrix(few)))


def test_a_rule_finds_its_row_without_walking_the_matrix() -> None:
    few, many = (large(size).policy for size in (10, 1000))

    assert many.row("issue-999", many.rules[0].severity) is many.matrix[999]
    assert steps_of(lambda: many.row("other", many.rules[0].severity)) == steps_of(
        lambda: few.row("other", few.rules[0].severity)
    )


def test_what_a_rule_costs_does_not_grow_with_the_people_it_does_not_name() -> None:
    few, many = (large(3, people=people) for people in (10, 1000))
    _ = few.world, many.world

    assert steps_of(lambda: many._view(0, many.policy.rules[0])) == steps_of(lambda: few._view(0, few.policy.rules[0]))


def test_beyond_so_many_comparisons_no_near_word_is_looked_for() -> None:
    told = [one.message for one in matrix(large(200, met=False)) if one.code == "unreached_row"]

    assert sum("did you mean" in message for message in told) == MOST_COMPARED // 200
    assert len(told) == 200


def test_a_finding_names_some_of_the_rows_that_take_all() -> None:
    outlook = large(9)
    told = {**outlook.document, "matrix": [*outlook.document["matrix"]]}
    told["matrix"] = [
        *({"issue_type": f"issue-{i}", "severity": "*", "owner": "ana"} for i in range(9)),
        *({"issue_type": "*", "severity": f"sev{i}", "owner": "ana"} for i in (1, 2, 3, 4)),
        {"issue_type": "*", "severity": "*", "owner": "ana"},
    ]
    found = matrix(Outlook(policy=compile_policy(told), document=told, now=NOW))
    (one,) = (one for one in found if one.code == "shadowed_row")

    assert f"matrix[{MOST_LISTED - 1}] and 8 more before it" in one.message
