"""What goes into a JSON document comes out of it, for every value the types allow."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TypeVar, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.model import AddComment, Change, Comment, SetField, Status
from plugin.core.model import Case, Mirror
from plugin.store.codec import (
    dump_case,
    dump_changes,
    dump_mirror,
    from_ms,
    load_case,
    load_changes,
    load_mirror,
    to_ms,
)
from tests.store.samples import NOON

T = TypeVar("T")
MS = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)

texts = st.text(max_size=12)
any_instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — bounds
instants = any_instants.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
lengths = st.integers(0, 10**11).map(lambda ms: ms * MS)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.map("f{}".format), inner, max_size=3),
    max_leaves=6,
)

knowledge = st.dictionaries(
    texts, json_values | instants | st.frozensets(texts, max_size=3) | st.sampled_from(Status), max_size=5
)
# Whatever fields these types have or will have: all of them are made up, not only those without a default.
st.register_type_strategy(datetime, instants)
st.register_type_strategy(timedelta, lengths)
st.register_type_strategy(float, st.floats(allow_nan=False))  # which is not even equal to itself


def whole(kind: type[T], **given: st.SearchStrategy[object]) -> st.SearchStrategy[T]:
    return st.builds(kind, **{field.name: given.get(field.name, ...) for field in fields(kind)})  # type: ignore[arg-type]


st.register_type_strategy(Comment, whole(Comment))
st.register_type_strategy(SetField, st.builds(SetField, value=st.none() | st.booleans() | numbers | texts))
cases = whole(Case)
mirrors = whole(Mirror, known=knowledge, our_version=st.none() | st.text(min_size=1))
changes = st.one_of(*(st.from_type(kind) for kind in get_args(Change)))


@given(at=instants)
def test_an_instant_of_whole_milliseconds_is_kept(at: datetime) -> None:
    assert from_ms(to_ms(at)) == at
    assert from_ms(to_ms(at)).tzinfo is UTC


@given(at=any_instants)
def test_a_finer_instant_falls_to_the_millisecond_before_it(at: datetime) -> None:
    stored = from_ms(to_ms(at))

    assert stored <= at < stored + MS


@given(one=any_instants, other=any_instants)
def test_instants_keep_their_order(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))

    assert to_ms(earlier) <= to_ms(later)


def test_the_last_microsecond_before_a_due_time_is_not_due() -> None:
    assert to_ms(NOON - MICROSECOND) == to_ms(NOON) - 1
    assert to_ms(NOON + MICROSECOND) == to_ms(NOON)


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    elsewhere = datetime.fromisoformat("2026-03-02T17:30:00+05:30")

    assert from_ms(to_ms(elsewhere)) == elsewhere == NOON


@given(case=cases)
def test_a_case_is_kept(case: Case) -> None:
    assert load_case(dump_case(case)) == case


@example(mirror=Mirror(active_at=datetime(1970, 1, 1, tzinfo=UTC)))
@given(mirror=mirrors)
def test_a_mirror_is_kept(mirror: Mirror) -> None:
    assert load_mirror(dump_mirror(mirror)) == mirror


@given(mirror=mirrors)
def test_what_a_mirror_knows_keeps_its_types(mirror: Mirror) -> None:
    known = load_mirror(dump_mirror(mirror)).known

    assert {name: type(value) for name, value in known.items()} == {
        name: type(value) for name, value in mirror.known.items()
    }


def test_an_empty_mirror_takes_no_room() -> None:
    assert dump_mirror(Mirror()) == "{}"
    assert load_mirror("{}") == Mirror()


@given(changes=st.lists(changes, max_size=5).map(tuple))
def test_changes_are_kept_with_their_kinds_and_order(changes: tuple[Change, ...]) -> None:
    found = load_changes(dump_changes(changes))

    assert found == changes
    assert [type(change) for change in found] == [type(change) for change in changes]


@pytest.mark.parametrize("kind", get_args(Change), ids=lambda kind: kind.__name__)
def test_every_kind_of_change_is_kept(kind: type) -> None:
    @given(change=st.from_type(kind))
    def is_kept(change: Change) -> None:
        assert load_changes(dump_changes((change,))) == (change,)

    is_kept()


@pytest.mark.parametrize("value", ["1", 1, 1.0, True, False, None, "", 0])
def test_the_value_of_a_field_keeps_its_type(value: str | int | float | bool | None) -> None:
    (found,) = load_changes(dump_changes((SetField(field_id="77", value=value),)))

    assert isinstance(found, SetField)
    assert (found.value, type(found.value)) == (value, type(value))


@given(text=st.text(st.characters(codec=None), max_size=8))
def test_a_document_is_text_that_every_database_takes(text: str) -> None:
    written = dump_changes((AddComment(text=text, public=False),))

    assert "\0" not in written
    assert written.encode().decode() == written
    (found,) = load_changes(written)
    assert isinstance(found, AddComment)
    assert found.text.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")
