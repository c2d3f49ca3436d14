"""The one way out: every call to every platform goes through here.

Rule 1: a call goes to its connection's own host, or nowhere; no redirect is followed.
Rule 2: nothing is repeated beneath us, except once after a refused token was renewed (a 401 changed nothing).
Rule 3: an answer that is no success becomes one of our errors at once, by one table.
Rule 4: proxies of the environment are honoured; its `.netrc` is not, our credentials are the only ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connectors.contract import Clock
from connectors.errors import (
    AuthFailure,
    Conflict,
    ConnectorError,
    NotFound,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

#: Seconds to connect, and to wait for the answer's next byte.
TIMEOUT = (3.05, 20.0)
#: A host that means: whatever host this connection has. For clients that insist on making the URL.
PINNED_HOST = "pinned.zendesk.invalid"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Longest text of a platform's own words in one of our messages.
_LONGEST = 300
_SOONER = timedelta(seconds=60)


@dataclass
class TokenSource:
    """An access token that is renewed before it ends; shared by all threads of one account."""

    fetch: Callable[[], tuple[str, int | None]]  #: Returns a token and its life in seconds.
    clock: Clock
    _token: str | None = None
    _until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def token(self, *, refused: str | None = None) -> str:
        """Return a good token; `refused` is the one that was not. Only one thread fetches, the others wait."""
        with self._lock:
            ended = self._until is not None and self.clock() >= self._until
            if self._token is None or ended or self._token == refused:
                self._token, life = self.fetch()
                self._until = None if life is None else self.clock() + timedelta(seconds=life) - _SOONER
            return self._token


class Bearer(AuthBase):
    """Puts the token on each request."""

    def __init__(self, source: TokenSource) -> None:
        self.source = source

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        request.headers["Authorization"] = f"Bearer {self.source.token()}"
        return request


class Transport(requests.Session):
    """A session that talks to one host and raises nothing but our errors."""

    def __init__(self, base_url: str, auth: Bearer | HTTPBasicAuth, *, clock: Clock) -> None:
        super().__init__()
        self._base = urlsplit(base_url)
        self._clock = clock
        self._credentials = auth
        self.auth = auth
        self.max_redirects = 0
        self.headers["User-Agent"] = "escalation-plugin"
        self.headers["Accept"] = "application/json"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one call; return its success or raise a ConnectorError."""
        verb, place = str(method).upper(), self._pinned(str(url))
        kwargs |= {"timeout": TIMEOUT, "allow_redirects": False, "verify": True}
        response = self._sent(verb, place, *args, **kwargs)
        if response.status_code == 401 and isinstance(self._credentials, Bearer):
            given = str(response.request.headers.get("Authorization", ""))
            self._credentials.source.token(refused=given.removeprefix("Bearer "))
            response = self._sent(verb, place, *args, **kwargs)
        if not response.ok or response.is_redirect:
            raise error_of(verb, response, now=self._clock())
        return response

    def _sent(self, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(verb, url, *args, **kwargs)
        except requests.RequestException as exc:
            raise _not_answered(verb, self._base.netloc, exc) from exc

    def _pinned(self, url: str) -> str:
        asked = urlsplit(url)
        own = (self._base.scheme, self._base.netloc)
        if asked.netloc != PINNED_HOST and (asked.scheme, asked.netloc) != own:
            raise PermanentFailure(f"a call to {asked.netloc} was refused: this connection is {self._base.netloc}")
        return urlunsplit((*own, asked.path, asked.query, ""))


def _not_answered(verb: str, host: str, exc: requests.RequestException) -> ConnectorError:
    kind = type(exc).__name__
    if isinstance(exc, requests.exceptions.SSLError):
        return TemporaryFailure(f"{host} could not prove who it is ({kind})", whole_connection=True)
    if verb in _READS or _never_sent(exc):
        return TemporaryFailure(f"{host} cannot be reached ({kind})")
    return UnknownOutcome(f"{host} did not answer a {verb} ({kind}); it may have been carried out")


def _never_sent(exc: requests.RequestException) -> bool:
    reason = exc.args[0] if exc.args else None
    inner = reason.reason if isinstance(reason, MaxRetryError) else None
    return isinstance(exc, requests.exceptions.ConnectTimeout) or isinstance(inner, NewConnectionError)


def error_of(verb: str, response: requests.Response, *, now: datetime) -> ConnectorError:
    """Return what an answer that is no success means."""
    status = response.status_code
    said = f"{urlsplit(response.url).hostname} answered {verb} with {status}{_details(response)}"
    if status in (429, 503):
        wait = retry_after(response.headers.get("Retry-After"), now)
        return TemporaryFailure(said, retry_after=wait, whole_connection=True)
    if status >= 500:
        return TemporaryFailure(said) if verb in _READS else UnknownOutcome(said)
    if status == 401:
        return AuthFailure(f"{said}: the credentials are refused; make new ones", status=401)
    if status == 403:
        return AuthFailure(f"{said}: our user or its scope lacks the right for this", status=403)
    if status == 404:
        return NotFound(said, status=404)
    return Conflict(said) if status == 409 else PermanentFailure(said, status=status)


def retry_after(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date; None if it says nothing."""
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _details(response: requests.Response) -> str:
    """Return the platform's own words, bounded; of several envelopes what each has to say."""
    try:
        body = response.json()
    except ValueError:
        return ""
    words = list(dict.fromkeys(_words(body)))
    text = "; ".join(words)[:_LONGEST]
    return f" ({text})" if text else ""


def _words(body: object) -> list[str]:
    if isinstance(body, str):
        return [" ".join(body.split())]
    if isinstance(body, list):
        return [word for item in body for word in _words(item)]
    if isinstance(body, Mapping):
        kept = ("error", "title", "description", "message", "details", "base", "errors")
        inner = [*kept, *(k for k in body if isinstance(body[k], list))]
        return [word for key in dict.fromkeys(inner) if key in body for word in _words(body[key])]
    return []
