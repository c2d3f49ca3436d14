"""Tokens: fetched once, renewed in time, shared."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests

from connectors.credentials import Fixed, Renewable, TokenSource, TokenSources
from connectors.errors import AuthFailure

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Issuer:
    """Gives tokens out, one after the other."""

    def __init__(self, life: float | None = 7200) -> None:
        self.now = NOON
        self.given = 0
        self.life = life

    def fetch(self) -> tuple[str, float | None]:
        self.given += 1
        return f"token-{self.given}", self.life

    def source(self) -> TokenSource:
        return TokenSource(fetch=self.fetch, clock=lambda: self.now)


@pytest.mark.parametrize(
    ("life", "age", "given"), [(7200, 7139, 1), (7200, 7140, 2), (300, 269, 1), (300, 270, 2), (None, 10**8, 1)]
)
def test_a_token_is_renewed_a_little_before_it_ends(life: float | None, age: int, given: int) -> None:
    issuer = Issuer(life)
    source = issuer.source()
    source.token()

    issuer.now += timedelta(seconds=age)
    source.token()

    assert issuer.given == given


def test_only_the_token_that_was_refused_is_renewed() -> None:
    issuer = Issuer()
    source = issuer.source()
    first = source.token()

    second = source.token(refused=first)
    third = source.token(refused=first)

    assert (second, third) == ("token-2", "token-2")


def test_many_threads_fetch_one_token() -> None:
    issuer = Issuer()
    source, start = issuer.source(), threading.Barrier(8)
    got: list[str] = []

    def ask() -> None:
        start.wait()
        got.append(source.token())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == ["token-1"] * 8


def test_a_fetch_that_fails_leaves_no_old_token_behind() -> None:
    issuer = Issuer()
    source = issuer.source()
    first = source.token()
    source.fetch = lambda: (_ for _ in ()).throw(AuthFailure("refused"))

    with pytest.raises(AuthFailure):
        source.token(refused=first)
    source.fetch = issuer.fetch

    assert source.token() == "token-2"


def test_an_account_has_one_source_however_often_it_is_opened() -> None:
    sources = TokenSources()

    first = sources.of("acme", Issuer().source)

    assert sources.of("acme", Issuer().source) is first
    assert sources.of("other", Issuer().source) is not first


def test_credentials_do_not_show_in_a_log() -> None:
    issuer = Issuer()
    renewable = Renewable(issuer.source())
    renewable(requests.Request("GET", "https://acme.example").prepare())

    assert "secret" not in repr(Fixed("Bearer secret"))
    assert "token-1" not in repr(renewable)


def test_no_credentials_are_no_header() -> None:
    prepared = requests.Request("GET", "https://acme.example").prepare()

    assert "Authorization" not in Fixed("")(prepared).headers
