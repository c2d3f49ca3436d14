"""What became of a call: one table from an answer, or none, to one of our errors.

Rule 1: a read that failed changed nothing. A write that was sent and not answered may have been carried out.
Rule 2: a message says which call was refused and what to do, in an admin's words. A platform's own text may hold a
        customer's: only its error codes and what a platform's folder puts in our words get through.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connectors.errors import (
    AuthFailure,
    Conflict,
    ConnectorError,
    NotFound,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Nobody is left alone longer than this, whatever its answer asks for.
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call, as far as a message may name it."""

    verb: str
    host: str
    path: str

    @property
    def reads(self) -> bool:
        """Tell if it can change nothing."""
        return self.verb in _READS

    def __str__(self) -> str:
        """Read as `GET acme.zendesk.com/api/v2/users/me.json`."""
        return f"{self.verb} {self.host}{self.path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What a platform says of a call it did not carry out, in words that are fit for a log."""

    code: str = ""  #: Its own name for the error.
    words: tuple[str, ...] = ()  #: What is wrong and what to do, in an admin's words.
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: Which field, which error codes.
    refused: Mapping[str, str] = field(default_factory=dict)  #: Of a write's places those refused, and why.
    one_ticket: bool = False  #: Of a 429: only this ticket's limit is used up.
    readable: bool = False  #: The answer has the platform's own shape and speaks of what was asked for.


#: A platform's reader of refusals: the answer's JSON, None if it has none, and its headers.
Explain = Callable[[object, Mapping[str, str]], Refusal]


class Meaning(Enum):
    """What a status asks of us."""

    WAIT = "try again later"
    WAIT_ALL = "leave the whole account alone for a while"
    UNSURE = "it may have been carried out"
    CREDENTIALS = "the credentials are refused; make new ones and put them into the connection"
    RIGHTS = "our user, or its token's scope, lacks the right to do this"
    GONE = "it is not there, or our user may not see it"
    CONFLICT = "it changed meanwhile"
    REFUSED = "it is refused for good"


# RFC 9110, section 15; what platforms make of it is in their own folders.
MEANINGS: Mapping[int, Meaning] = {
    401: Meaning.CREDENTIALS,
    403: Meaning.RIGHTS,
    404: Meaning.GONE,
    408: Meaning.WAIT,  # The request never came through whole.
    409: Meaning.CONFLICT,
    423: Meaning.WAIT,  # Locked by somebody else's change.
    425: Meaning.WAIT,
    429: Meaning.WAIT_ALL,
    503: Meaning.WAIT_ALL,
}


def check(call: Call, response: requests.Response, explain: Explain, *, now: datetime, json: bool = True) -> None:
    """Return if the answer is a success, and JSON where that is wanted, else raise what it means."""
    status = response.status_code
    try:
        document = response.json() if response.content else None
    except (ValueError, RecursionError):
        document, readable = None, False
    else:
        readable = True
    if not 200 <= status < 300 and not _unchanged(response):
        raise _failure(call, status, explain(document, response.headers), _wait(response.headers, now))
    if json and not readable:
        raise _doubtful(call, f"{call}: the answer is no JSON; is a proxy or a maintenance page in between?")


def _unchanged(response: requests.Response) -> bool:
    """Tell if the answer says that what the call already has is current; nothing else may be answered with 304."""
    return response.status_code == 304 and "If-None-Match" in response.request.headers


def unanswered(call: Call, exc: requests.RequestException | ValueError) -> ConnectorError:
    """Return what it means that there is no answer."""
    kind = type(exc).__name__
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(exc)):
        return TemporaryFailure(
            f"{call.host} could not prove who it is; behind a proxy of your own, name its certificate in"
            " REQUESTS_CA_BUNDLE",
            whole_connection=True,
        )
    if isinstance(exc, ValueError | requests.exceptions.InvalidJSONError):
        return PermanentFailure(f"{call}: cannot be asked for ({kind})")
    if _never_sent(exc):
        return TemporaryFailure(f"{call.host} cannot be reached ({kind}); nothing was sent")
    return _doubtful(call, f"{call}: no whole answer came ({kind})")


def retry_after(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date; None if it says nothing."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), _LONGEST_WAIT)


def _failure(call: Call, status: int, refusal: Refusal, wait: float | None) -> ConnectorError:
    meaning = MEANINGS.get(status, Meaning.UNSURE if status >= 500 else Meaning.REFUSED)
    code = f" ({refusal.code})" if refusal.code else ""
    said = f"{call}: answered {status}{code}; {'; '.join(refusal.words) or meaning.value}"
    details = {"code": refusal.code, "fields": dict(refusal.fields), "words": refusal.words}
    match meaning:
        case Meaning.WAIT:
            return TemporaryFailure(said, retry_after=wait)
        case Meaning.WAIT_ALL:
            return TemporaryFailure(said, retry_after=wait, whole_connection=not refusal.one_ticket)
        case Meaning.UNSURE:
            return _doubtful(call, said)
        case Meaning.CONFLICT:
            return Conflict(said)
        case Meaning.CREDENTIALS | Meaning.RIGHTS:
            return AuthFailure(said, status=status, details=details)
        case Meaning.GONE if refusal.readable:
            return NotFound(said, status=status, details=details)
        case Meaning.GONE:
            return PermanentFailure(f"{said}; check the connection's base_url", status=status, details=details)
    return PermanentFailure(said, status=status, details=details, refused=refusal.refused)


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    return retry_after(headers.get("Retry-After"), now)


def _doubtful(call: Call, said: str) -> ConnectorError:
    if call.reads:
        return TemporaryFailure(said)
    return UnknownOutcome(f"{said}; it may have been carried out")


def _never_sent(exc: requests.RequestException) -> bool:
    if isinstance(exc, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    return any(isinstance(cause, NewConnectionError) for cause in _causes(exc))


def _causes(exc: object) -> Iterator[BaseException]:
    """Walk through what an exception came from; requests and urllib3 keep it in three places."""
    while isinstance(exc, BaseException):
        yield exc
        inner = exc.args[0] if exc.args and isinstance(exc.args[0], MaxRetryError) else None
        exc = inner or getattr(exc, "reason", None) or exc.__cause__ or exc.__context__
