"""Messages to destinations: written with the decision, taken destination by destination.

Rule 1: a destination is taken by its row under a lease: of all processes' workers one tells it at a time, and never
        before its throttle is over.
Rule 2: a send is counted before it is begun. A worker that dies may have sent what is sent again when its lease ends.
Rule 3: a message that was tried MOST_TRIES times goes to the dead letters, whatever became of the tries.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, select, update

from plugin.core.telling import Message
from plugin.store.codec import dump, from_ms, to_ms
from plugin.store.records import DeadLetter, Posting, Reached
from plugin.store.schema import destinations, messages
from plugin.store.statements import add

#: Tries of a message until a person must look; with the waits between them about half an hour.
MOST_TRIES = 12
#: Messages that go out as one.
MOST_AT_ONCE = 200

_FREE_AT = case(
    (destinations.c.next_at > destinations.c.lease_until, destinations.c.next_at), else_=destinations.c.lease_until
)
_HAS_ANY = (
    select(messages.c.id).where(messages.c.destination == destinations.c.name, messages.c.state == "waiting").exists()
)
_WAKE = select(func.min(_FREE_AT)).where(_HAS_ANY)
_DUE = (
    select(destinations.c.name)
    .where(_HAS_ANY, destinations.c.next_at <= bindparam("now"), destinations.c.lease_until <= bindparam("now"))
    .order_by(destinations.c.next_at, destinations.c.name)
    .limit(1)
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(destinations)
    .where(destinations.c.name == _DUE.c.name)
    .values(lease_until=bindparam("until"), lease_token=bindparam("token"))
    .returning(destinations.c.name, destinations.c.failures)
)
_WAITING = (
    select(messages.c.id, messages.c.document)
    .where(messages.c.destination == bindparam("of"), messages.c.state == "waiting")
    .order_by(messages.c.id)
    .limit(MOST_AT_ONCE)
)
_THESE = update(messages).where(messages.c.id.in_(bindparam("ids", expanding=True)))
_BEGUN = _THESE.values(attempts=messages.c.attempts + 1)
_STILL = _THESE.where(messages.c.state == "waiting")
_WORN = update(messages).where(
    messages.c.destination == bindparam("of"), messages.c.state == "waiting", messages.c.attempts >= MOST_TRIES
)
_MINE = update(destinations).where(
    destinations.c.name == bindparam("of"), destinations.c.lease_token == bindparam("mine")
)


def write(connection: Connection, told: Sequence[Message]) -> None:
    """Write down what is to be told."""
    for name in sorted({message.destination for message in told}):
        fresh = {"name": name, "next_at": 0, "lease_until": 0, "lease_token": "", "failures": 0}
        connection.execute(add(connection, destinations), fresh)
    connection.execute(messages.insert(), [_row(message) for message in told])


def _row(message: Message) -> dict[str, object]:
    return {
        "destination": message.destination,
        "connection": message.ticket.connection,
        "ticket_id": message.ticket.id,
        "state": "waiting",
        "attempts": 0,
        "created_at": to_ms(message.at),
        "document": dump(message),
    }


def take(connection: Connection, *, now: datetime, lease: timedelta) -> Posting | None:
    """Take the destination that may be told for longest, with what waits for it; None: none may be told now."""
    token = uuid.uuid4().hex
    found = connection.execute(_TAKE, {"now": to_ms(now), "until": to_ms(now + lease), "token": token}).first()
    if found is None:
        return None
    name, failures = found
    worn = {"state": "dead", "done_at": to_ms(now), "reason": f"tried {MOST_TRIES} times, and no answer was kept"}
    connection.execute(_WORN, {"of": name, **worn})
    rows = connection.execute(_WAITING, {"of": name}).all()
    if not rows:  # all were worn out
        _give_back(connection, name, token, {})
        return None
    ids = tuple(row.id for row in rows)
    connection.execute(_BEGUN, {"ids": list(ids)})
    documents = tuple(row.document for row in rows)
    return Posting(destination=name, token=token, ids=ids, documents=documents, failures=failures)


def sent(connection: Connection, posting: Posting, *, now: datetime, next_at: datetime) -> None:
    """Note that it arrived; the destination is told again from `next_at` on."""
    connection.execute(_STILL, {"ids": list(posting.ids), "state": "sent", "done_at": to_ms(now), "reason": None})
    well = {"failures": 0, "problem": None, "told_at": to_ms(now), "next_at": to_ms(next_at)}
    _give_back(connection, posting.destination, posting.token, well)


def failed(
    connection: Connection, posting: Posting, why: str, *, now: datetime, next_at: datetime, for_good: bool = False
) -> int:
    """Note that it did not arrive, and return how many messages wait for a person now."""
    most = 0 if for_good else MOST_TRIES
    dead = _STILL.where(messages.c.attempts >= most)
    ended = connection.execute(dead, {"ids": list(posting.ids), "state": "dead", "done_at": to_ms(now), "reason": why})
    problem = {"failures": posting.failures + 1, "problem": why, "next_at": to_ms(next_at)}
    _give_back(connection, posting.destination, posting.token, problem)
    return int(ended.rowcount)


def _give_back(connection: Connection, name: str, token: str, values: Mapping[str, object]) -> None:
    """Let others tell the destination; nothing, if the lease was lost to another worker."""
    connection.execute(_MINE, {"of": name, "mine": token, "lease_until": 0, "lease_token": "", **values})


def next_wake(connection: Connection) -> datetime | None:
    """Return when a destination may be told next of what waits for it."""
    found = connection.scalar(_WAKE)
    return from_ms(found) if found is not None else None


def reached(connection: Connection) -> dict[str, Reached]:
    """Return how it stands with every destination that was ever to be told."""
    waiting, dead = _by_destination(connection, "waiting"), _by_destination(connection, "dead")
    known = connection.execute(select(destinations, _FREE_AT.label("free_at")).order_by(destinations.c.name)).all()
    return {
        row.name: Reached(
            waiting=waiting.get(row.name, 0),
            dead=dead.get(row.name, 0),
            told_at=from_ms(row.told_at) if row.told_at is not None else None,
            next_at=from_ms(row.free_at) if row.name in waiting else None,
            problem=row.problem,
        )
        for row in known
    }


def _by_destination(connection: Connection, state: str) -> dict[str, int]:
    """Count the messages in one state; sent ones are many, and no index is of two states."""
    counted = select(messages.c.destination, func.count()).where(messages.c.state == state)
    rows = connection.execute(counted.group_by(messages.c.destination)).all()
    return {str(name): int(number) for name, number in rows}


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Return the messages that wait for a person, oldest first."""
    rows = connection.execute(select(messages).where(messages.c.state == "dead").order_by(messages.c.id)).all()
    return [
        DeadLetter(
            kind="message",
            id=row.id,
            connection=row.connection,
            ticket_id=row.ticket_id,
            at=from_ms(row.created_at),
            reason=f"{row.destination}: {row.reason or ''}",
            body=json.dumps(json.loads(row.document), indent=2, ensure_ascii=False),
        )
        for row in rows
    ]


def replay(connection: Connection, message_id: int, *, now: datetime) -> None:
    """Have a dead message tried once more from the start; a destination that failed is not waited for any longer."""
    again = {"state": "waiting", "attempts": 0, "reason": None, "done_at": None}
    mine = (messages.c.id == message_id) & (messages.c.state == "dead")
    name = connection.execute(update(messages).where(mine).values(**again).returning(messages.c.destination)).scalar()
    failing = (destinations.c.name == name) & (destinations.c.failures > 0)
    connection.execute(update(destinations).where(failing).values(next_at=to_ms(now), failures=0))


def figures(connection: Connection) -> tuple[int, int, datetime | None]:
    """Return how many wait, how many are dead, and when the oldest that waits was written."""
    waiting, dead = _by_destination(connection, "waiting"), _by_destination(connection, "dead")
    oldest = connection.scalar(select(func.min(messages.c.created_at)).where(messages.c.state == "waiting"))
    return sum(waiting.values()), sum(dead.values()), from_ms(oldest) if oldest is not None else None
