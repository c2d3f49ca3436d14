"""The body by which `escalation connect` finds out whether a webhook arrives.

Rule 1: it names no ticket and is no event; it is looked for only in what is well signed.
"""

from __future__ import annotations

import json

_KEY = "escalation_test"
#: Longer than any of ours, and nothing else is read twice.
_LONGEST = 300
_LARGEST = 2**53


def payload(number: int) -> dict[str, object]:
    """Return the body of the test of a number."""
    return {_KEY: number, "note": "a test of the escalation plugin; nothing has happened"}


def number_of(body: bytes) -> int | None:
    """Return the number of a test; None for any other body."""
    if len(body) > _LONGEST or _KEY.encode() not in body:
        return None
    try:
        document = json.loads(body)
    except ValueError:
        return None
    number = document.get(_KEY) if isinstance(document, dict) else None
    fits = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _LARGEST
    return number if fits else None
