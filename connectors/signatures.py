"""Whether a request is signed with one of our secrets.

Rule 1: the raw bytes are signed, never a re-serialised body.
Rule 2: every secret is tried to the end in constant time, so that the time tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def hmac_sha256(secret: str, message: bytes) -> bytes:
    """Return the HMAC-SHA256 of the message under the secret as it is written."""
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def is_any_of(given: bytes, expected: Iterable[bytes]) -> bool:
    """Tell if `given` is one of the expected signatures; looks at all of them."""
    found = False
    for candidate in expected:
        found |= hmac.compare_digest(candidate, given)
    return found
