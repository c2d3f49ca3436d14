"""Who we are towards a platform.

Rule 1: an access token is renewed a little before it ends, and once when it is refused.
Rule 2: one thread fetches and the others wait for its token; all connectors of an account share one source.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from connectors.contract import Clock

#: How long before its end a token is renewed; of a short life a tenth.
_SOONER = timedelta(seconds=60)


class Request(Protocol):
    """A request about to be sent, as far as we care."""

    @property
    def headers(self) -> MutableMapping[str, Any]:
        """Return its headers."""


class Credentials(Protocol):
    """Signs requests."""

    def __call__(self, request: Any) -> Any:
        """Put the credentials on the request and return it."""

    def renewed(self, request: Request) -> bool:
        """Return True if the refused request may be tried once more with something newer."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """One header that never changes; empty sends none."""

    header: str = field(repr=False)

    def __call__(self, request: Any) -> Any:
        """Set the header."""
        if self.header:
            request.headers["Authorization"] = self.header
        return request

    def renewed(self, request: Request) -> bool:
        """Return False: there is nothing newer."""
        return False


@dataclass(kw_only=True)
class TokenSource:
    """An access token that is renewed before it ends; safe for many threads."""

    fetch: Callable[[], tuple[str, float | None]] = field(repr=False)  #: Returns a token and its life in seconds.
    clock: Clock
    _token: str | None = field(default=None, repr=False)
    _until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def token(self, *, refused: str | None = None) -> str:
        """Return a good token; `refused` is one that was not."""
        with self._lock:
            ended = self._until is not None and self.clock() >= self._until
            if self._token is None or ended or self._token == refused:
                self._token = None
                self._token, life = self.fetch()
                self._until = None if life is None else self.clock() + _trusted(timedelta(seconds=life))
            return self._token


def _trusted(life: timedelta) -> timedelta:
    return life - min(_SOONER, life / 10)


@dataclass(frozen=True, slots=True)
class Renewable:
    """The current token of a source."""

    source: TokenSource

    def __call__(self, request: Any) -> Any:
        """Set the header."""
        request.headers["Authorization"] = f"Bearer {self.source.token()}"
        return request

    def renewed(self, request: Request) -> bool:
        """Have the token renewed that this request carried."""
        self.source.token(refused=str(request.headers.get("Authorization", "")).removeprefix("Bearer "))
        return True


class TokenSources:
    """The one source of each account of this process."""

    def __init__(self) -> None:
        self._sources: dict[Hashable, TokenSource] = {}
        self._lock = threading.Lock()

    def of(self, account: Hashable, make: Callable[[], TokenSource]) -> TokenSource:
        """Return the account's source, made at its first use."""
        with self._lock:
            if account not in self._sources:
                self._sources[account] = make()
            return self._sources[account]
