"""What the bench tells is counted right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from plugin.documents import compile_document
from tests.bench import percentile
from tests.bench_rules import DOCUMENT, RULES, with_own_words, with_texts, with_vocabularies


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


@pytest.mark.parametrize("varied", [with_texts, with_vocabularies, with_own_words])
def test_what_is_measured_is_a_policy_of_a_thousand_rules(
    varied: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> None:
    assert len(compile_document(varied(DOCUMENT), title="bench").rules) == RULES
