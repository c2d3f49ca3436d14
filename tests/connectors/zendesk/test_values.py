"""One value at a time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors import values as shared
from connectors.model import Status
from connectors.zendesk import values


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("5158", "5158"),
        (5158, "5158"),
        (" 7 ", "7"),
        ("0007", "7"),
        ("000", None),
        ("00x", "00x"),
        ("A-1.b_2", "A-1.b_2"),
        (-1, "-1"),
        (None, None),
        ("", None),
        ("0", None),
        (0, None),
    ],
)
def test_an_id_is_text(told: object, expected: str | None) -> None:
    assert values.ident(told) == expected


@pytest.mark.parametrize("told", [True, 1.5, [], {}, "a b", "../x", "x" * 65, "{{ticket.id}}", "é"])
def test_what_is_no_id_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="not an id"):
        values.ident(told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2025-01-08T10:12:07.672717030Z", datetime(2025, 1, 8, 10, 12, 7, 672717, tzinfo=UTC)),
        ("2025-01-08T12:12:07+02:00", datetime(2025, 1, 8, 10, 12, 7, tzinfo=UTC)),
        ("2025-01-08 10:12:07", datetime(2025, 1, 8, 10, 12, 7, tzinfo=UTC)),
    ],
)
def test_an_instant_is_aware_and_utc(told: str, expected: datetime) -> None:
    assert shared.instant(told) == expected
    assert shared.instant(told).tzinfo is UTC


@pytest.mark.parametrize(
    "told", ["2025-01-08", "February 3, 2025", "TIMESTAMP", "25:00", 1736331127, None, "0001-01-01T00:00:00+14:00"]
)
def test_what_has_no_clock_time_is_no_instant(told: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library words some of these
        shared.instant(told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [("OPEN", Status.OPEN), ("Open", Status.OPEN), ("on-hold", Status.HOLD), ("ARCHIVED", Status.CLOSED)],
)
def test_a_status_may_be_written_any_way(told: str, expected: Status) -> None:
    assert values.status(told) is expected


@pytest.mark.parametrize("told", ["DELETED", "SCRUBBED", "Waiting for parts", "", None, 3])
def test_what_is_no_system_status_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="not a status"):
        values.status(told)


@pytest.mark.parametrize(("told", "expected"), [(True, True), ("True", True), ("false", False), (False, False)])
def test_a_flag_may_be_a_word(told: object, *, expected: bool) -> None:
    assert shared.flag(told) is expected


@pytest.mark.parametrize("told", ["yes", 1, None])
def test_what_is_no_flag_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="neither"):
        shared.flag(told)


@pytest.mark.parametrize(
    ("told", "expected"), [(["A", " b "], {"a", "b"}), ("a  B", {"a", "b"}), ([], set()), ("", set())]
)
def test_tags_are_a_list_or_one_string(told: object, expected: set[str]) -> None:
    assert values.tags(told) == expected


@pytest.mark.parametrize("told", [None, [1], {"a": 1}])
def test_what_are_no_tags_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="not tags"):
        values.tags(told)


@pytest.mark.parametrize(("told", "expected"), [("URGENT", "urgent"), (None, None), ("", None)])
def test_a_priority_is_lower_case_or_none(told: object, expected: str | None) -> None:
    assert values.priority(told) == expected


@pytest.mark.parametrize("told", ["-", "highest", 1])
def test_what_is_no_priority_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="not one of"):
        values.priority(told)


def test_text_may_be_missing_but_is_text() -> None:
    assert shared.text(None) == ""
    assert shared.label("") is None
    with pytest.raises(ValueError, match="not text"):
        shared.text(5)
