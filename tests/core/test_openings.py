"""Mistakes in what a step opens: each is told at its place, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.linked import Opening, WhenSolved
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from tests.scenarios.two_desks import LAB, policy

PLACE = "ladders.up.steps[1].open_ticket"


@pytest.mark.parametrize(
    ("opens", "where", "says"),
    [
        ({"subject": "subjct"}, f"{PLACE}.subject", 'did you mean "subject"'),
        ({"text": "none"}, f"{PLACE}.text", "none"),
        ({"group": "lab"}, f"{PLACE}.group", "lab"),
        ({"show_in": "elsewher"}, f"{PLACE}.show_in", 'did you mean "elsewhere"'),
        ({"custom_fields": {"elsewhere": "x"}}, f"{PLACE}.custom_fields.elsewhere", "no id on lab"),
        ({"custom_fields": {"reason": "x"}}, f"{PLACE}.custom_fields.reason", "reason"),
        ({"when_solved": "ask_customer"}, f"{PLACE}.when_solved", "resolution"),
    ],
)
def test_a_mistake_is_told_at_its_place(opens: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(Problems) as problems:
        compile_policy(policy(opens=opens))

    ((place, message),) = [(one.where, one.message) for one in problems.value.found]
    assert place == where
    assert says in message


def test_it_is_read_as_it_stands() -> None:
    opens = {"project": "ENG", "type": "Bug", "custom_fields": {"customfield_10071": 3}, "tags": ["Payments"]}

    opening = compile_policy(policy(opens=opens)).ladders["up"][1].opens

    assert opening == Opening(
        connection=LAB,
        project="ENG",
        type="Bug",
        subject="subject",
        text="text",
        tags=("payments",),
        custom_fields={"customfield_10071": 3},
        show_in="elsewhere",
        when_solved=WhenSolved.GO_ON,
    )
    assert opening.place == "lab ENG Bug"
