"""How values are compared: ids as numbers or text, names beside ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core.operators import OPERATORS, Named, fold, many

values = st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.text(max_size=5), st.none())


@pytest.mark.parametrize(
    ("fact", "value", "same"),
    [
        ("98738", 98738, True),
        (98738, "98738", True),
        (5, 5.0, True),
        ("5", 5.0, True),
        (2**60 + 1, str(2**60 + 1), True),
        (2**60 + 1, str(2**60), False),
        (True, 1, False),
        (True, "true", False),
        (0, False, False),
        (0.5, "0.5", True),
        ("05", 5, False),
    ],
)
def test_a_number_equals_the_text_it_is_written_as(fact: object, value: object, same: bool) -> None:
    assert OPERATORS["is"](fact, value)[0] is same
    assert OPERATORS["in"](fact, (value, "else"))[0] is same
    assert OPERATORS["contains"]([fact], value)[0] is same


@given(values, values)
def test_comparing_is_the_same_from_both_sides(left: object, right: object) -> None:
    assert (fold(left) == fold(right)) is (fold(right) == fold(left))
    assert OPERATORS["is"](left, right)[0] is not OPERATORS["is_not"](left, right)[0]


@given(st.lists(values, max_size=4))
def test_everything_can_be_looked_up(told: list[object]) -> None:
    assert many(told) == frozenset(fold(v) for v in told)


def test_what_has_two_names_equals_each() -> None:
    payments = Named("201", "Payments")

    assert many(payments) == {"201", "payments"}
    assert all(OPERATORS["is"](payments, v)[0] for v in ("201", 201, "PAYMENTS"))
    assert not any(OPERATORS["is"](payments, v)[0] for v in ("care", None))
