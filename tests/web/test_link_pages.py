"""What a person sees who follows a link, and what is kept of it."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from connectors.model import Mode, TicketRef
from plugin.core.commands import Word
from plugin.core.offers import Offer
from plugin.core.rules import compile_policy
from plugin.links import LIFE
from plugin.pipeline.parts import Parts
from plugin.web.app import create_app
from plugin.web.words import WORDS, words_for
from tests.scenarios.world import ACME, POLICY, Clock, make_parts, sqlite_url
from tests.web.test_receiver import account

SPOKEN: Mapping[str, Any] = {
    **POLICY,
    "people": {
        **{key: {"name": f"<{key}> & co", "ids": {ACME: key}, "language": key} for key in WORDS},
        "ana": {"name": "Ana", "ids": {ACME: "1"}},
        "ben": {"name": "Ben", "ids": {ACME: "2"}},
    },
}
OFFER = Offer(
    ticket=TicketRef(connection=ACME, id="42"), case_id="c1", stage="open.0", word=Word.ACKNOWLEDGE, person="ana"
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(tmp_path: Path, clock: Clock) -> Iterator[Parts]:
    accounts = {ACME: account()}
    made = make_parts(sqlite_url(tmp_path), accounts, clock, compile_policy(SPOKEN), public_url="https://e.test")
    made.store.migrate()
    yield made
    made.store.close()


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    return create_app(parts).test_client()


def path(parts: Parts, **changed: Any) -> str:
    return parts.links.url(replace(OFFER, **changed)).removeprefix("https://e.test")


def shown(page: str) -> str:
    """Return what stands on a page."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL).split())


@pytest.mark.parametrize("word", [Word.ACKNOWLEDGE, Word.APPROVE, Word.DECLINE])
@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_page_speaks_the_persons_language(client: FlaskClient, parts: Parts, language: str, word: Word) -> None:
    answer = client.get(path(parts, person=language, word=word))
    page, words = answer.get_data(as_text=True), WORDS[language]

    assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
    assert f'<html lang="{language}">' in page
    assert f"&lt;{language}&gt; &amp; co" in page
    assert page.count("<button ") == 1
    assert words.ticket.format("acme#42") in page
    assert ("<textarea" in page) is (word is Word.DECLINE)
    assert 'method="post"' in page


def test_a_person_of_no_language_is_spoken_to_in_the_policys() -> None:
    assert (words_for(None, "pt-BR")[0], words_for("xx", "de")[0], words_for("pt-BR", "de")[0]) == ("pt", "de", "pt")
    assert words_for("xx", "yy")[0] in WORDS


def test_every_language_says_everything() -> None:
    for language, words in WORDS.items():
        assert set(words.ask) == set(words.means) == set(words.do), language
        for text in (words.ticket, words.made_for):
            assert text.count("{0}") == 1, language


@pytest.mark.parametrize("verb", ["get", "post"])
def test_no_page_is_kept_framed_or_passed_on(client: FlaskClient, parts: Parts, verb: str) -> None:
    for target in (path(parts), "/act/nonsense"):
        answer = getattr(client, verb)(target)

        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        page = answer.get_data(as_text=True)
        assert not re.search(r"<script|<link|<img|src=|href=|https?://", page)
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'")
        assert "frame-ancestors 'none'" in policy


def test_looking_asks_nothing_of_the_store(tmp_path: Path, parts: Parts) -> None:
    broken = make_parts(f"sqlite:///{tmp_path / 'no' / 'such.db'}", parts.accounts, parts.clock, parts.policy)
    client = create_app(replace_links(broken, parts)).test_client()

    assert client.get(path(parts)).status_code == 200
    assert client.head(path(parts)).get_data() == b""
    answer = client.post(path(parts))
    assert (answer.status_code, "Not now" in answer.get_data(as_text=True)) == (503, True)
    assert 5 <= int(answer.headers["Retry-After"]) <= 59


def replace_links(broken: Parts, parts: Parts) -> Parts:
    broken.links = parts.links
    return broken


@pytest.mark.parametrize("verb", ["get", "post"])
def test_an_old_link_says_what_to_do_instead(client: FlaskClient, parts: Parts, clock: Clock, verb: str) -> None:
    target = path(parts, word=Word.APPROVE)
    clock.forward(seconds=LIFE.total_seconds() + 1)

    answer = getattr(client, verb)(target)

    assert answer.status_code == 410
    assert "This link is too old" in answer.get_data(as_text=True)
    assert "internal note of the ticket: /esc approve" in shown(answer.get_data(as_text=True))
    assert parts.store.figures().pending_deliveries == 0


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 5000, "%00", "%ff%fe", "<script>"])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_link_that_is_none_says_what_to_do_instead(client: FlaskClient, parts: Parts, verb: str, token: str) -> None:
    answer = getattr(client, verb)(f"/act/{token}")

    assert answer.status_code == 400
    assert "/esc ack" in shown(answer.get_data(as_text=True))
    assert "<script" not in answer.get_data(as_text=True)
    assert parts.store.figures().pending_deliveries == 0


def test_an_answer_is_stored_once(client: FlaskClient, parts: Parts) -> None:
    first, second = (shown(client.post(path(parts)).get_data(as_text=True)) for _ in range(2))

    assert "Taken in" in first
    assert "Used already" in second
    assert parts.store.figures().pending_deliveries == 1


@pytest.mark.parametrize("form", ["", "reason=", "reason=%20%0A%00", "other=x", "a&" * 50 + "reason=x"])
def test_to_decline_a_reason_is_needed(client: FlaskClient, parts: Parts, form: str) -> None:
    answer = client.post(path(parts, word=Word.DECLINE), data=form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert parts.store.figures().pending_deliveries == 0


def test_a_form_beyond_the_limit_is_refused(client: FlaskClient, parts: Parts) -> None:
    answer = client.post(path(parts, word=Word.DECLINE), data={"reason": "x" * 20_000})

    assert answer.status_code == 413
    assert parts.store.figures().pending_deliveries == 0


@pytest.mark.parametrize("mode", [Mode.OFF, None])
def test_a_connection_that_is_off_or_gone_takes_nothing_in(parts: Parts, mode: Mode | None) -> None:
    parts.accounts = {ACME: account(mode=mode)} if mode else {}

    answer = create_app(parts).test_client().post(path(parts))

    assert (answer.status_code, "Switched off" in answer.get_data(as_text=True)) == (410, True)
    assert parts.store.figures().pending_deliveries == 0


@pytest.mark.parametrize("verb", ["put", "delete", "patch"])
def test_nothing_else_can_be_done_with_a_link(client: FlaskClient, parts: Parts, verb: str) -> None:
    assert getattr(client, verb)(path(parts)).status_code == 405


def test_no_link_stands_in_the_log(
    client: FlaskClient, parts: Parts, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("escalation").propagate = True
    caplog.set_level(logging.INFO, "escalation")
    target = path(parts)
    client.post(target)
    client.post(target + "x")
    clock.forward(days=8)
    client.post(target)

    assert "link refused" in caplog.text
    assert target[5:40] not in caplog.text


@pytest.mark.parametrize("verb", ["get", "post", "put"])
@pytest.mark.parametrize("spelt", ["/act//{}", "//act/{}", "/act/{}/", "/act/", "/act"])
def test_a_link_that_is_spelt_otherwise_leads_nowhere(client: FlaskClient, parts: Parts, verb: str, spelt: str) -> None:
    token = path(parts).rpartition("/")[2]

    answer = getattr(client, verb)(spelt.format(token), headers={"Host": "evil.test"})

    assert answer.status_code == 404
    assert "evil" not in str(answer.headers) + answer.text


@pytest.mark.parametrize(("verb", "more"), [("put", ""), ("get", "/more")])
def test_what_is_refused_is_not_kept_or_passed_on_either(
    client: FlaskClient, parts: Parts, verb: str, more: str
) -> None:
    answer = getattr(client, verb)(path(parts) + more)

    assert answer.status_code in (404, 405)
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
