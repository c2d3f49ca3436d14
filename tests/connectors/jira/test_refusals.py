"""What a Jira's refusals mean, in words that are fit for a log."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.refusals import explain

CUSTOMERS_WORDS = "my card is 4111"


def test_each_refused_field_is_named_with_what_to_do() -> None:
    document = {"errorMessages": [], "errors": {"assignee": CUSTOMERS_WORDS, "customfield_10071": CUSTOMERS_WORDS}}

    found = explain(document, {})

    assert dict(found.refused).keys() == {"assignee", "field customfield_10071"}
    assert "Assignable User" in found.words[0]
    assert found.readable
    assert CUSTOMERS_WORDS not in repr(found)


@pytest.mark.parametrize("document", [None, [], "<html>", {"errorMessage": CUSTOMERS_WORDS}, {"errorMessages": ["x"]}])
def test_what_says_no_field_refuses_none(document: Any) -> None:
    found = explain(document, {})

    assert (dict(found.refused), found.words) == ({}, ())


def test_a_limit_of_one_issue_leaves_the_others_alone() -> None:
    assert explain({}, {"RateLimit-Reason": "jira-per-issue-on-write"}).one_ticket
    assert not explain({}, {"RateLimit-Reason": "jira-burst-based"}).one_ticket


def test_a_locked_user_is_told_how_to_unlock() -> None:
    found = explain(None, {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"})

    assert "CAPTCHA" in found.words[0]


@given(
    st.recursive(
        st.none() | st.text(max_size=5), lambda inner: st.dictionaries(st.text(max_size=8), inner), max_leaves=9
    )
)
def test_whatever_is_answered_is_no_error(document: Any) -> None:
    explain(document, {})
