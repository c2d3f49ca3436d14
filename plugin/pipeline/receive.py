"""From an HTTP request to a stored delivery.

Rule 1: the signature over the raw bytes comes before any reading of them.
Rule 2: a signed request is never lost: what cannot be read is kept as a dead letter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum

from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.model import Mode
from plugin.pipeline.parts import Parts
from plugin.pipeline.taking import OURS
from plugin.pipeline.trials import number_of
from plugin.store.records import NewDelivery, Receipt

#: Headers not kept with a delivery: signatures, credentials, and what only we may say. The attempt's time is kept, a
#: body may tell none.
_NOT_KEPT = re.compile(rf"^{OURS}|authorization|cookie|secret|token|key|signature$|password", re.IGNORECASE)


class Answer(StrEnum):
    """What the platform is told."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    TEST = "test"  #: The webhook's test, which `escalation connect` waits for.


def receive(
    parts: Parts, account_name: str, headers: Mapping[str, str], body: bytes, *, url_secret: str | None = None
) -> Answer:
    """Verify, read and store one request; BadSignature or StoreError when that fails."""
    account, platform, now = parts.accounts[account_name], parts.platform(account_name), parts.clock()
    platform.verify(
        headers,
        body,
        secrets=account.webhook_secrets,
        now=now,
        accept_test_secret=account.accept_test_secret,
        url_secret=url_secret,
    )
    if (number := number_of(body)) is not None:
        parts.store.provisions.arrived(account_name, number)
        return Answer.TEST
    if account.mode is Mode.OFF:
        return Answer.IGNORED
    delivery = as_delivery(parts, account_name, headers, body)
    if delivery is None:
        return Answer.IGNORED
    receipt = parts.store.receive(delivery)
    return Answer.ACCEPTED if receipt is Receipt.ACCEPTED else Answer.DUPLICATE


def as_delivery(parts: Parts, account_name: str, headers: Mapping[str, str], body: bytes) -> NewDelivery | None:
    """Return what is stored of a request that is the platform's; None: it is about no ticket."""
    platform, now = parts.platform(account_name), parts.clock()
    dead: str | None = None
    try:
        parsed = platform.parse(parts.accounts[account_name], headers, body)
    except Unparseable as problem:
        # Named by its content, so that a retry of it is not kept twice.
        name = f"unreadable:{hashlib.sha256(body).hexdigest()}"
        parsed, dead = Parsed(event_key=name, invocation_id=None), str(problem)
    if not parsed.events and not dead:
        return None
    return NewDelivery(
        connection=account_name,
        ticket_id=parsed.events[0].ticket.id if parsed.events else "",
        event_key=parsed.event_key,
        invocation_id=parsed.invocation_id,
        received_at=now,
        headers={name: value for name, value in headers.items() if not _NOT_KEPT.search(name)},
        body=body,
        dead=dead,
    )
