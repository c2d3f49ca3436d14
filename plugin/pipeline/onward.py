"""What goes from a ticket to the one it was opened for, and back: deliveries into each other's inbox.

Rule 1: they are stored in the transaction that makes them news, so none is lost; each is heard in its ticket's turn.
Rule 2: deliveries with these headers are made here alone; the receiver keeps no such header of a request.
Rule 3: what we do on a ticket is no news of it: two tickets never go on telling each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.model import Mode, TicketRef
from plugin.core import linking
from plugin.core.linked import TAG, LinkedTicket
from plugin.core.model import Case, Mirror
from plugin.pipeline.parts import Parts
from plugin.pipeline.taking import OURS
from plugin.store.records import Delivery, Gone, NewDelivery

_MOVED, _TOLD = f"{OURS}linked", f"{OURS}origin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """Hint that something happened to a ticket that was opened for this one."""

    link_id: str
    active_at: datetime | None
    gone: bool = False
    merged_into: str | None = None


def shown(mirror: Mirror) -> tuple[object, ...]:
    """Return what a ticket shows to those for whom it was opened."""
    return mirror.known.get("status"), mirror.known.get("assignee_id"), mirror.active_at


def hints(
    parts: Parts, into: Iterable[LinkedTicket], mirror: Mirror, now: datetime, gone: Gone | None
) -> Iterator[NewDelivery]:
    """Yield what the tickets for which this one was opened hear of it."""
    status, assignee, active = shown(mirror)
    version = mirror.known.get("updated_at")
    told = {
        "active_at": mirror.active_at.isoformat() if mirror.active_at else None,
        "gone": gone is not None,
        "merged_into": gone.merged_into if gone else None,
    }
    for link in into:
        account = parts.accounts.get(link.origin.connection)
        if account is None or account.mode is Mode.OFF:  # nobody would ever hear it
            continue
        key = f"linked:{link.id}:{version}:{status}:{assignee}:{active}:{told['gone']}"
        yield _delivery(link.origin, {_MOVED: link.id}, told, key, now)


def hint(delivery: Delivery) -> Moved | None:
    """Return the hint of a delivery, if it is of that kind."""
    link_id = delivery.headers.get(_MOVED)
    if link_id is None:
        return None
    told = json.loads(delivery.body)
    active = datetime.fromisoformat(told["active_at"]) if told["active_at"] else None
    return Moved(link_id=link_id, active_at=active, gone=told["gone"], merged_into=told["merged_into"])


def news(
    parts: Parts, before: Case | None, after: Case | None, links: Iterable[LinkedTicket], now: datetime
) -> Iterator[NewDelivery]:
    """Yield what those who work on the case elsewhere hear of its move."""
    for one in linking.news(before, after, links):
        account = parts.accounts.get(one.link.connection)
        if one.link.ticket is not None and account is not None and account.mode is Mode.ENFORCE:
            yield tell(one.link, one.text, one.key, now)


def tell(link: LinkedTicket, text: str, key: str, now: datetime) -> NewDelivery:
    """Return what has a text written on a linked ticket, once for a key."""
    assert link.ticket is not None, "only where there is a ticket something is told"
    return _delivery(link.ticket, {_TOLD: link.id}, {"text": text}, f"origin:{link.id}:{key}", now)


def told(delivery: Delivery) -> str | None:
    """Return what the ticket for which this one was opened has to tell, if the delivery is of that kind."""
    return str(json.loads(delivery.body)["text"]) if _TOLD in delivery.headers else None


def _delivery(
    ref: TicketRef, headers: Mapping[str, str], body: Mapping[str, object], key: str, now: datetime
) -> NewDelivery:
    return NewDelivery(
        connection=ref.connection,
        ticket_id=ref.id,
        event_key=key,
        invocation_id=None,
        received_at=now,
        headers=headers,
        body=json.dumps(body).encode(),
    )


def is_linked(mirror: Mirror) -> bool:
    """Tell if the ticket was itself opened for another one: nothing is opened for it in turn."""
    tags = mirror.known.get("tags")
    return isinstance(tags, frozenset) and TAG in tags
