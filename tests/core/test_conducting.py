"""How cases are conducted, read from a policy document: each mistake once."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.documents import check
from tests.core.samples import document


@pytest.mark.parametrize(
    ("section", "where"),
    [
        ({"resolution": {"ask": "asc"}}, "resolution.ask"),
        ({"follow_up": {"causes": {"config": "C"}, "note": "asc"}}, "follow_up.note"),
        ({"updates": {"holding": "asc"}}, "updates.holding"),
    ],
)
def test_an_unknown_template_is_told_once(section: dict[str, Any], where: str) -> None:
    with pytest.raises(Problems) as refused:
        compile_policy(document() | section)

    assert [problem.where for problem in refused.value.found] == [where]


def test_a_remedy_may_be_for_any_ticket() -> None:
    told = document() | {"remedies": [{"name": "card", "kind": "apology", "tag": "gave_card"}]}

    check(told, "policy", title="card")

    assert compile_policy(told).remedies[0].name == "card"
