"""Two policies compared as a reader compares them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plugin.core.rendering.differences import Difference, differences
from tests.core.rendering.drafts import FULL, draft_of, full


def found(change: Callable[[dict[str, Any]], object]) -> list[Difference]:
    """Return what differs after a change of the sample."""
    document = full()
    change(document)
    return differences(FULL, draft_of(document))


def test_nothing_differs_from_itself() -> None:
    assert found(lambda document: None) == []


def test_a_rule_is_told_in_sentences() -> None:
    def longer(document: dict[str, Any]) -> None:
        document["rules"][0]["when"]["all"][1]["value"] = "6h"

    [one] = found(longer)

    assert (one.what, one.how) == ("rule waits", "changed")
    assert "waited at least 4 hours" in one.before[0]
    assert "waited at least 6 hours" in one.after[0]
    assert (len(one.before), len(one.after)) == (1, 1)


def test_a_new_rule_and_a_rule_that_is_gone_are_told_whole() -> None:
    def renamed(document: dict[str, Any]) -> None:
        document["rules"][3]["name"] = "awake"

    gone, come = found(renamed)

    assert (gone.what, gone.how, gone.after) == ("rule asleep", "removed", ())
    assert (come.what, come.how, come.before) == ("rule awake", "added", ())
    assert come.after == gone.before


def test_a_row_is_told_by_its_cells() -> None:
    def sooner(document: dict[str, Any]) -> None:
        document["matrix"][1]["targets"]["resolve"] = "1d"

    rule, row = found(sooner)

    assert row.what == "matrix row waiting × *"  # noqa: RUF001 (the sign of a matrix)
    assert (row.before, row.after) == (("Promised: resolved within 2 days",), ("Promised: resolved within 1 day",))
    assert "80% of the time for resolving (19 hours and 12 minutes)" in rule.after[0]


@pytest.mark.parametrize(
    ("path", "value", "what", "before", "after"),
    [
        (["people", "ana", "ids", "acme"], "999", "person ana", "ids.acme: 101", "ids.acme: 999"),
        (["admin"], "bea", "admin", "admin: rui", "admin: bea"),
        (
            ["ladders", "fast", "steps", 1, "owner"],
            "rui",
            "ladder fast",
            "2. engineering: Bea Dias",
            "2. engineering: Rui",
        ),
        (["templates", "handover"], "a\nb", "text handover", "Owner: {{ owner.name }}", '"a\\nb"'),
        (["rules", 0, "description"], "Other", "rule waits", "Description: A customer", "Description: Other"),
        (["ladders", "fast", "description"], "Other", "ladder fast", "description: From", "description: Other"),
    ],
)
def test_anything_else_is_told_with_its_place(path: list[Any], value: str, what: str, before: str, after: str) -> None:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    one = next(one for one in found(change) if one.what == what)

    assert one.before[0].startswith(before)
    assert one.after[0].startswith(after)


def test_another_order_is_told() -> None:
    [one] = found(lambda document: document["rules"].reverse())

    assert one.what == "order of the rules"
    assert (one.before, one.after) == (("rule waits, rule danger, rule same-order, rule asleep",), one.after)


def test_two_rows_of_the_same_name_are_two() -> None:
    def twice(document: dict[str, Any]) -> None:
        document["matrix"].insert(1, {"issue_type": "safety", "severity": "sev1", "owner": "rui"})

    [one] = found(twice)

    assert (one.what, one.how) == ("matrix row safety × sev1 (2)", "added")  # noqa: RUF001 (the sign of a matrix)


def test_another_order_of_parts_is_told_with_the_places() -> None:
    [one] = found(lambda document: document["rules"][2]["when"]["any"].reverse())

    assert one.what == "rule same-order"
    assert "when.any[0].recurrence: order" in one.before
    assert "when.any[2].recurrence: order" in one.after


def test_what_stands_only_in_the_file_is_told_too() -> None:
    [one] = found(lambda document: document.update({"$schema": "policy.schema.json"}))

    assert one.what == "the file"


def test_a_number_that_becomes_text_is_told() -> None:
    [one] = found(lambda document: document["people"]["ana"]["ids"].update(acme=101))

    assert one.what == "person ana"
    assert '"acme": "101"' in one.before[0]
    assert '"acme": 101' in one.after[0]
