"""How many calls Zendesk still allows, as the headers of its answers tell.

Rule: what cannot be read says nothing. The limit of one ticket is not told here: we count our own writes to it.

https://developer.zendesk.com/api-reference/introduction/rate-limits/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from connectors.calls import WHOLE_ACCOUNT, Allowance, Ceiling

#: A ticket takes 30 updates in ten minutes from one user; others' programs may write as us, too.
CEILINGS = (Ceiling(writes=20, within=timedelta(minutes=10)),)
#: The account's calls are counted by the minute.
_MINUTE = 60

_OF_AN_ENDPOINT = re.compile(r"zendesk-rate-?limit-(?!per-ticket)(.+)", re.IGNORECASE)
_PAIR = re.compile(r"(total|remaining|resets)\s*=\s*(\d{1,9})")
_NUMBER = re.compile(r"\d{1,9}")


def allowances(headers: Mapping[str, str], endpoint: str, now: datetime) -> tuple[Allowance, ...]:
    """Return what an answer says is left, of the account and of the endpoint that was called."""
    found = {name.lower(): value for name, value in headers.items()}
    return tuple(_of_account(found, now)) + tuple(_of_endpoint(found, endpoint, now))


def _of_account(headers: Mapping[str, str], now: datetime) -> Iterator[Allowance]:
    total = _number(headers, "ratelimit-limit", "rate-limit-limit", "x-rate-limit")
    left = _number(headers, "ratelimit-remaining", "rate-limit-remaining", "x-rate-limit-remaining")
    resets = _number(headers, "ratelimit-reset", "rate-limit-reset")
    if total and left is not None:
        until = now + timedelta(seconds=min(_MINUTE if resets is None else resets, _MINUTE))
        yield Allowance(endpoint=WHOLE_ACCOUNT, total=total, left=left, until=until)


def _of_endpoint(headers: Mapping[str, str], endpoint: str, now: datetime) -> Iterator[Allowance]:
    """Yield the scarcest where an answer tells of several."""
    told = [dict(_PAIR.findall(value)) for name, value in headers.items() if _OF_AN_ENDPOINT.fullmatch(name)]
    known = [{key: int(value) for key, value in one.items()} for one in told]
    whole = [one for one in known if one.get("total") and "remaining" in one]
    if whole:
        one = min(whole, key=lambda found: found["remaining"] / found["total"])
        until = now + timedelta(seconds=one.get("resets", _MINUTE))
        yield Allowance(endpoint=endpoint, total=one["total"], left=one["remaining"], until=until)


def _number(headers: Mapping[str, str], *names: str) -> int | None:
    """Return the first of the headers that is a number."""
    values = (headers.get(name, "").strip() for name in names)
    return next((int(value) for value in values if _NUMBER.fullmatch(value)), None)
