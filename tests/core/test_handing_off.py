"""The tags by which agents say that a hand-off criterion is met."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.policy import Need, Policy
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from tests.core.samples import document


def needing(*steps: list[str], **more: Any) -> Policy:
    """Compile a ladder whose steps need what is named."""
    told = [{"tier": "manager", "owner": "ana", "needs": [{"name": name} for name in names]} for names in steps]
    return compile_policy({**document(), "ladders": {"up": {"steps": told}}, **more})


@pytest.mark.parametrize(
    ("name", "tag"),
    [("Order ID", "esc_has_order_id"), ("número", "esc_has_numero"), ("Größe (cm)", "esc_has_grosse_cm")],
)
def test_a_tag_is_the_name_as_a_tag_spells_it(name: str, tag: str) -> None:
    assert Need(name=name).tag("esc") == tag


@pytest.mark.parametrize("name", ["???", "номер заказа", "版本"])
def test_a_name_that_leaves_nothing_for_a_tag_is_refused(name: str) -> None:
    with pytest.raises(Problems) as refused:
        needing(["order id"], ["steps", name])

    (problem,) = refused.value.found
    assert problem.where == "ladders.up.steps[1].needs[1].name"
    assert name in problem.message


@pytest.mark.parametrize("steps", [(["order id"], ["x", "Order-ID"]), (["order id", "order id"],)])
def test_two_needs_of_one_tag_are_refused_with_both_places(steps: tuple[list[str], ...]) -> None:
    with pytest.raises(Problems) as refused:
        needing(*steps)

    (problem,) = refused.value.found
    assert problem.where == f"ladders.up.steps[{len(steps) - 1}].needs[1].name"
    assert (
        "the tag esc_has_order_id says it for two needs, this one and ladders.up.steps[0].needs[0]" in problem.message
    )


def test_two_steps_may_need_the_same() -> None:
    assert [len(step.needs) for step in needing(["order id"], ["order id"]).ladders["up"]] == [1, 1]


def test_a_question_is_tried_where_it_would_be_asked() -> None:
    step = {"tier": "manager", "owner": "ana", "needs": [{"name": "x", "ask": "which"}]}

    with pytest.raises(Problems) as refused:
        compile_policy(
            {
                **document(),
                "ladders": {"up": {"steps": [step]}},
                "templates": {**document().get("templates", {}), "which": "Is it {{ known_issue.name }}?"},
            }
        )

    assert "ladders.up.steps[0].needs[0].ask" in str(refused.value)
