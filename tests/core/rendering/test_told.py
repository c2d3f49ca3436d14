"""Who is told stands in the written policy, and in what differs between two."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

from plugin.core.lint import Code, lint
from plugin.core.rendering.differences import differences
from plugin.core.rendering.owners import owners
from plugin.core.rendering.page import Flow, Table
from tests.core.rendering.drafts import DAY, FULL, draft_of, full


def test_the_matrix_says_who_is_told_and_the_ladder_of_what() -> None:
    blocks = owners(FULL)
    (matrix,) = [block for block in blocks if isinstance(block, Table)]
    (ladder,) = [block for block in blocks if isinstance(block, Flow)]

    assert matrix.header[-1] == "Who is told"
    assert [row[-1] for row in matrix.rows] == [("“#kitchens”",), ("",), ("",)]
    assert ladder.boxes[-1][2:] == ("tells “duty” (climbed and ladder ended)",)


def test_a_policy_that_tells_nobody_has_no_such_column() -> None:
    document = full()
    del document["matrix"][0]["tell"]
    (matrix,) = [block for block in owners(draft_of(document)) if isinstance(block, Table)]

    assert "Who is told" not in matrix.header


def test_another_destination_is_a_difference_of_its_row() -> None:
    document = deepcopy(full())
    document["matrix"][0]["tell"] = ["duty"]
    document["destinations"]["kitchen-chat"]["name"] = "#ovens"

    found = {one.what: (one.before, one.after) for one in differences(FULL, draft_of(document))}

    assert found == {
        "matrix row safety × sev1": (("Told: “#kitchens”",), ("Told: “duty” (climbed and ladder ended)",)),  # noqa: RUF001 (the sign of a matrix)
        "destination kitchen-chat": (("name: #kitchens",), ("name: #ovens",)),
    }


def test_a_destination_that_nothing_tells_is_found() -> None:
    document = full()
    del document["matrix"][0]["tell"]
    now = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)

    unused = [one.where for one in lint(draft_of(document).policy, document, now=now) if one.code is Code.UNUSED]

    assert "destinations.kitchen-chat" in unused
    assert "destinations.duty" not in unused
