"""Fetching a feed: where it may go, and that its address is told to nobody."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

import pytest

from connectors import transport as transport_module
from connectors.errors import AuthFailure, ConnectorError, NotFound, PermanentFailure, TemporaryFailure
from connectors.feeds import Feed, fetch
from tests.connectors.wire import Answer, Wire

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECRET = "private-7c1d"
TEXT = "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Béa\r\nEND:VCALENDAR\r\n"


def fetched(url: str, etag: str | None = None) -> Feed | None:
    return fetch(url, clock=lambda: NOON, etag=etag)


def address(wire: Wire) -> str:
    return f"{wire.url}/{SECRET}/feed.ics?token={SECRET}"


def test_a_feed_is_its_text_and_its_tag(wire: Wire) -> None:
    wire.will(Answer(body=TEXT.encode(), headers={"Content-Type": "text/calendar", "ETag": '"v1"'}))

    assert fetched(address(wire)) == Feed(text=TEXT, etag='"v1"')
    asked = wire.asked[0]
    assert (asked.method, asked.path) == ("GET", f"/{SECRET}/feed.ics?token={SECRET}")
    assert asked.headers["Accept"].startswith("text/calendar")
    assert "Authorization" not in asked.headers
    assert "If-None-Match" not in asked.headers


def test_a_feed_that_did_not_change_is_not_sent_again(wire: Wire) -> None:
    wire.will(Answer(status=304, body=b""))

    assert fetched(address(wire), etag='"v1"') is None
    assert wire.asked[0].headers["If-None-Match"] == '"v1"'


def test_unchanged_is_no_answer_to_who_has_nothing(wire: Wire) -> None:
    wire.will(Answer(status=304, body=b""))

    with pytest.raises(PermanentFailure):
        fetched(address(wire))


def test_what_is_no_utf_8_and_a_tag_that_is_too_long_do_no_harm(wire: Wire) -> None:
    wire.will(Answer(body=b"\xff\xfeBEGIN", headers={"ETag": "x" * 600}))

    assert fetched(address(wire)) == Feed(text="\ufffd\ufffdBEGIN", etag=None)


@pytest.mark.parametrize(
    "url",
    [
        f"http://feeds.example/{SECRET}",
        f"ftp://feeds.example/{SECRET}",
        f"https://user:{SECRET}@feeds.example/",
        f"https:///{SECRET}",
        f"https://feeds.example:99999999/{SECRET}",
        f"https://[{SECRET}/",
        f"/etc/{SECRET}",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(PermanentFailure, match="the feed's address") as refused:
        fetched(url)

    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_an_address_for_calendars_is_fetched_over_https() -> None:
    with pytest.raises(TemporaryFailure, match="the feed cannot be reached"):
        fetched(f"webcal://localhost:1/{SECRET}")


FAILURES = [
    (Answer(status=302, headers={"Location": f"https://evil.example/{SECRET}"}), PermanentFailure),
    (Answer(status=401), AuthFailure),
    (Answer(status=404, body=SECRET.encode()), NotFound),
    (Answer(status=410), PermanentFailure),
    (Answer(status=429, headers={"Retry-After": "9"}), TemporaryFailure),
    (Answer(status=500), TemporaryFailure),
    (Answer(cut_after=-1), TemporaryFailure),
    (Answer(body=b"x" * 9, cut_after=3), TemporaryFailure),
    (Answer(body=b"x" * (4 * 2**20 + 1)), TemporaryFailure),
]


@pytest.mark.parametrize(("answer", "failure"), FAILURES)
def test_a_failure_tells_what_to_do_and_nothing_of_the_address(
    wire: Wire, answer: Answer, failure: type[ConnectorError]
) -> None:
    wire.will(answer)

    with pytest.raises(ConnectorError) as told:
        fetched(address(wire))

    assert type(told.value) is failure
    assert "the feed" in str(told.value)
    shown = "".join(traceback.format_exception(told.value))
    assert SECRET not in shown
    assert wire.url.removeprefix("http://") not in shown
    assert len(wire.asked) == 1


def test_a_feed_that_says_nothing_is_given_up(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "TIMEOUT", (1, 0.1))
    wire.will(Answer(silent=True))

    with pytest.raises(TemporaryFailure, match="no whole answer"):
        fetched(address(wire))
