"""iCal feeds of rotas, over the one transport.

Rule 1: a feed's address is a secret: no message, and no error beneath one, shows any of it.
Rule 2: https only, except for this machine; no redirect is followed, for it might lead anywhere.
Rule 3: what did not change is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit, urlunsplit

from connectors.contract import Clock
from connectors.credentials import Fixed
from connectors.errors import ConnectorError, PermanentFailure
from connectors.outcomes import Refusal
from connectors.transport import Transport, Wanted, is_loopback

_WANTED = Wanted(accept="text/calendar, text/plain;q=0.5", json=False, most_bytes=4 * 2**20, name="the feed")
_LONGEST_ETAG = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What a feed said."""

    text: str = field(repr=False)
    etag: str | None  #: Given back when asking again; None: the feed has none.


def fetch(url: str, *, clock: Clock, etag: str | None = None) -> Feed | None:
    """Return what the feed says now, None where it did not change, or raise ConnectorError."""
    address = secret_address(url, "the feed")
    with Transport(address, Fixed(""), clock=clock, explain=_explain, wanted=_WANTED) as transport:
        try:
            response = transport.get(address, headers={"If-None-Match": etag} if etag else None)
        except ConnectorError as failure:
            raise failure from None  # what lies beneath names the address
    if response.status_code == 304:
        return None
    tag = response.headers.get("ETag")
    return Feed(
        text=response.content.decode("utf-8", "replace"),
        etag=tag if tag and len(tag) <= _LONGEST_ETAG else None,
    )


def _explain(document: object, headers: object) -> Refusal:
    """Take every answer for the feed's own: a 404 says that the feed is not there any more."""
    return Refusal(readable=True)


def secret_address(url: str, what: str) -> str:
    """Return an address that may be called, or raise PermanentFailure, which shows nothing of it."""
    try:
        found = urlsplit(url.strip())
        is_safe = _is_safe(found)
    except ValueError:
        raise PermanentFailure(f"{what}'s address cannot be read") from None
    if not is_safe:
        schemes = "https://…" if what != "the feed" else "https://… or webcal://…"
        raise PermanentFailure(f"{what}'s address must be {schemes}, without a user or password")
    return urlunsplit(("https" if found.scheme == "webcal" else found.scheme, *found[1:4], ""))


def _is_safe(url: SplitResult) -> bool:
    """Tell if it may be called; ValueError if it has no readable port."""
    secure = url.scheme in ("https", "webcal") or (url.scheme == "http" and is_loopback(url.hostname or ""))
    return secure and bool(url.hostname) and "@" not in url.netloc and url.port != 0
