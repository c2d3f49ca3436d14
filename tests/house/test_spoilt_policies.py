"""A policy spoilt anywhere is refused in words, all of them at once, and never in another way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core.compiling.upgrades import upgraded
from plugin.core.problems import Problem, Problems
from plugin.documents import compile_document
from tests.house.repository import ROOT

DOCUMENTS = {
    path.parent.name: upgraded(json.loads(path.read_text("utf-8")))
    for path in sorted(ROOT.glob("examples/*/**/policy.json"))
}
Path = tuple[str | int, ...]


def paths(value: object, at: Path = ()) -> Iterator[Path]:
    """Yield where something stands in a document."""
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


PLACES = [(name, path) for name, document in DOCUMENTS.items() for path in paths(document)]
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def spoilt(name: str, path: Path, value: object) -> Any:
    document = deepcopy(DOCUMENTS[name])
    here = document
    for part in path[:-1]:
        here = here[part]
    if value is ...:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return document


def found_in(document: object) -> list[Problem]:
    """Return what is found wrong; anything but Problems gets through and fails the test."""
    try:
        compile_document(document, title="spoilt:")
    except Problems as problems:
        return list(problems.found) or [Problem(where="", message="")]
    return []


@given(st.sampled_from(PLACES), anything | st.just(...))
def test_a_spoilt_policy_is_refused_in_words_or_still_one(place: tuple[str, Path], value: object) -> None:
    assert all(0 < len(str(problem)) < 1000 for problem in found_in(spoilt(*place, value)))


@given(anything)
def test_what_is_no_policy_at_all_is_refused_in_words(value: object) -> None:
    with pytest.raises(Problems):
        compile_document(value, title="no policy:")


def test_what_a_schema_refuses_does_not_hide_what_it_cannot_see() -> None:
    document = spoilt("support-team", ("rules", 0, "mode"), "enforcee")
    document["rules"][1]["when"] = {"field": "ticket.statsu", "operator": "is", "value": "open"}
    document["matrix"][0]["owner"] = "nobody"
    document["peple"] = {}

    with pytest.raises(Problems) as refused:
        compile_document(document, title="spoilt:")

    told = [problem.where for problem in refused.value.found]
    assert told == ["", "rules[0].mode", "matrix[0].owner", "rules[1].when.field"]


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_key_that_is_not_known_makes_nothing_else_look_wrong(name: str) -> None:
    with pytest.raises(Problems) as refused:
        compile_document({**DOCUMENTS[name], "peple": {}}, title="spoilt:")

    assert [str(problem) for problem in refused.value.found] == ['unknown key "peple"; did you mean "people"?']


def test_an_entry_that_is_refused_makes_nothing_else_look_wrong() -> None:
    for section in ("people", "groups", "templates", "destinations"):
        document = deepcopy(DOCUMENTS["support-team"])
        key = next(iter(document[section]))
        document[section][key] = 5

        with pytest.raises(Problems) as refused:
            compile_document(document, title="spoilt:")

        assert {problem.where for problem in refused.value.found} == {f"{section}.{key}"}
