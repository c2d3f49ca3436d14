"""What the bench tells is counted right."""

from __future__ import annotations

import pytest

from tests.bench import percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        (range(1, 101), 99, 99),
        (range(1, 201), 99, 198),
        (range(1, 11), 99, 10),
        ([5], 99, 5),
        (range(1, 101), 50, 50),
    ],
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[float], share: int, expected: float
) -> None:
    assert percentile(list(values), share) == expected
