"""Plain text stays plain."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.markup import LONGEST, plain, seen

#: What wiki mark-up looks for; none of it may be left in a text.
MARKUP = re.compile(
    r"\[~|\[[^\]\u2060]*\||(?<!\\)!\S+!|\{[a-z]+|^h[1-6]\.\s|^bq\.\s|\|\||(?<!http)(?<!https)(?<=[a-z])://|\\\\|^\*\s|^#\s",
    re.MULTILINE,
)


@pytest.mark.parametrize(
    "text",
    [
        "[~accountid:712020:ana] look",
        "[a link|https://evil.example]",
        "see ftp://evil.example/x, file:///etc/passwd",
        "[https://acme.example|https://evil.example] !https://evil.example/x.png!",
        "!image.png!",
        "{code}rm{code} {color:red}x{color}",
        "h1. heading",
        "a\nbq. quoted",
        "* list",
        "# list",
        "||head||",
        "a\\\\b",
        "*bold* _it_ -gone- +more+ ^up^ ~down~ ??cited??",
    ],
)
def test_no_markup_is_left(text: str) -> None:
    assert MARKUP.search(plain(text)) is None
    assert seen(plain(text)) == text


@given(st.text(alphabet=st.characters(exclude_characters="\u2060\r", exclude_categories=["Cc", "Cs"]), max_size=200))
def test_a_reader_sees_what_was_written(text: str) -> None:
    assert seen(plain(text)) == text
    assert MARKUP.search(plain(text)) is None


def test_an_address_leads_where_it_says() -> None:
    address = "https://acme.example/a_b-c/?x=1&y=~2#top"

    assert plain(f"*See* {address}, and [it|{address}]").count(address) == 2


def test_a_long_text_is_cut_with_a_word() -> None:
    assert len(plain("a*" * LONGEST)) <= LONGEST
    assert plain("a" * (LONGEST + 1)).endswith("longer than a comment can be.]")
