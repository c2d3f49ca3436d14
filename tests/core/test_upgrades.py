"""A policy of an older format means the same in today's."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.core.compiling.upgrades import CURRENT, format_of, upgrade, upgraded
from plugin.core.policy import MatrixRow
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.documents import check
from tests.core.samples import document


def older() -> dict[str, Any]:
    """Return a policy of format 1."""
    found = document()
    found["matrix"][0]["changes"]["followers"] = ["ben"]
    found["matrix"][1]["changes"]["followers"] = ["ana", "ben"]
    return found


def test_the_followers_of_a_row_watch_it() -> None:
    result = upgrade(older())

    assert result.document["format"] == CURRENT
    assert result.document["matrix"][0]["watchers"] == ["ana", "ben"]
    assert result.document["matrix"][1]["watchers"] == ["ana", "ben"]
    assert "followers" not in result.document["matrix"][0]["changes"]


def test_every_changed_place_is_told() -> None:
    assert [str(one) for one in upgrade(older()).moved] == [
        "matrix[0].changes.followers: is now matrix[0].watchers",
        "matrix[1].changes.followers: is now matrix[1].watchers",
        "format: 1 is now 2",
    ]


def test_the_upgraded_policy_is_in_order_and_means_the_same() -> None:
    before, after = upgraded(document()), upgraded(older())

    check(after, "policy", title="upgraded")
    old, new = compile_policy(before), compile_policy(after)

    assert [rule.name for rule in old.rules] == [rule.name for rule in new.rules]
    same = [one.name for one in fields(MatrixRow) if one.name != "watchers"]
    for was, is_ in zip(old.matrix, new.matrix, strict=True):
        assert [getattr(was, name) for name in same] == [getattr(is_, name) for name in same]


def test_once_upgraded_it_stays_as_it_is() -> None:
    once = upgrade(older()).document

    again = upgrade(once)

    assert again.moved == ()
    assert json.dumps(again.document) == json.dumps(once)


def test_the_given_document_is_left_alone() -> None:
    given_ = older()
    before = deepcopy(given_)

    upgrade(given_)

    assert given_ == before


def test_keys_keep_their_order_and_new_ones_have_their_place() -> None:
    row = {"issue_type": "*", "severity": "*", "owner": "ana", "changes": {"followers": ["ben"], "tags": ["x"]}, "z": 1}

    result = upgraded({"$schema": "s", "name": "n", "matrix": [row]})

    assert list(result) == ["$schema", "format", "name", "matrix"]
    assert list(result["matrix"][0]) == ["issue_type", "severity", "owner", "watchers", "changes", "z"]
    assert list(upgraded({"name": "n"})) == ["format", "name"]
    assert list(upgraded({"name": "n", "format": 1})) == ["name", "format"]


@pytest.mark.parametrize(
    "told",
    [
        {"matrix": {}},
        {"matrix": [None, {"changes": []}, {"changes": {"followers": "ana"}}]},
        {"matrix": [{"watchers": "ana", "changes": {"followers": ["ben"]}}]},
    ],
)
def test_what_it_does_not_know_it_leaves_alone(told: dict[str, Any]) -> None:
    assert upgraded(told) == {"format": CURRENT, **told}


@pytest.mark.parametrize(("told", "number"), [(None, 1), (1, 1), (2, 2), (9, 9), ("1", 2), (True, 2), (0, 2), (-3, 2)])
def test_the_format_is_what_the_document_says(told: object, number: int) -> None:
    assert format_of({} if told is None else {"format": told}) == number


def test_a_step_that_would_lose_something_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(found: dict[str, Any]) -> Any:
        found.pop("admin")
        return iter(())

    monkeypatch.setattr("plugin.core.compiling.upgrades._STEPS", {1: forgetful})

    with pytest.raises(Problems, match='admin: "ana" would be lost'):
        upgrade({"admin": "ana"})


WORDS = st.text("ab", max_size=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
ROWS = st.fixed_dictionaries({}, optional={"watchers": JSON, "changes": st.dictionaries(st.just("followers"), JSON)})


@settings(max_examples=50)
@given(st.fixed_dictionaries({}, optional={"format": JSON, "matrix": JSON | st.lists(ROWS, max_size=3), "x": JSON}))
def test_whatever_stands_there_nothing_is_lost_and_twice_is_once(told: dict[str, Any]) -> None:
    once = upgrade(told).document

    assert upgrade(once).document == once
