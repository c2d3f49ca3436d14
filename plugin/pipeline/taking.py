"""From a link that somebody followed to a command in its ticket's turn.

Rule 1: what was taken is stored as a delivery and decided later; the same offer taken twice is one delivery.
Rule 2: deliveries with TAKEN in their headers are made here alone; the receiver keeps no such header of a request.
"""

from __future__ import annotations

import json

from connectors.model import Mode, TicketRef
from plugin.core.commands import Word
from plugin.core.offers import Offer, Taken
from plugin.pipeline.parts import Parts
from plugin.store.records import Delivery, NewDelivery, Receipt

#: Names of headers that are ours alone begin so.
OURS = "x-escalation-"
TAKEN = f"{OURS}command"


def take(parts: Parts, taken: Taken) -> Receipt | None:
    """Store what was taken; None where its connection is not worked on; StoreError when it cannot be stored."""
    offer = taken.offer
    account = parts.accounts.get(offer.ticket.connection)
    if account is None or account.mode is Mode.OFF:
        return None
    told = {"case": offer.case_id, "stage": offer.stage, "person": offer.person, "reason": taken.reason}
    delivery = NewDelivery(
        connection=offer.ticket.connection,
        ticket_id=offer.ticket.id,
        event_key=offer.key,
        invocation_id=None,
        received_at=parts.clock(),
        headers={TAKEN: offer.word.value},
        body=json.dumps(told).encode(),
    )
    return parts.store.receive(delivery)


def taken(delivery: Delivery) -> Taken | None:
    """Return what was taken, if the delivery is of that kind."""
    word = delivery.headers.get(TAKEN)
    if word is None:
        return None
    told = json.loads(delivery.body)
    offer = Offer(
        ticket=TicketRef(connection=delivery.connection, id=delivery.ticket_id),
        case_id=told["case"],
        stage=told["stage"],
        word=Word(word),
        person=told["person"],
    )
    return Taken(offer=offer, reason=told["reason"])
