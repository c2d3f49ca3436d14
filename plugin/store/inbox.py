"""Deliveries on their way in.

Rule 1: stored and committed before the receiver answers.
Rule 2: receivers that arrive together share one commit.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, case, or_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import ReturningInsert

from plugin.core.model import Mirror
from plugin.store.codec import dump_mirror, to_ms
from plugin.store.records import NewDelivery, Receipt, StoreError
from plugin.store.schema import deliveries, tickets
from plugin.store.statements import Insert, insert_for
from plugin.store.wakeup import announce
from plugin.store.words import words

#: Most deliveries in one commit.
BATCH = 200
#: A receiver that waits longer than this tells the platform to come back.
PATIENCE_SECONDS = 8.0
_NEW_TICKET = {"mirror": dump_mirror(Mirror()), "lease_until": 0, "lease_token": ""}


def store_deliveries(engine: Engine, batch: Sequence[NewDelivery]) -> list[Receipt]:
    """Store a batch in one commit; in one order of tickets, so that two receivers never wait in a circle."""
    order = sorted(range(len(batch)), key=lambda i: (batch[i].connection, batch[i].ticket_id, batch[i].event_key or ""))
    receipts: dict[int, Receipt] = {}
    with engine.begin() as connection:
        for i in order:
            receipts[i] = store(connection, batch[i])
        announce(connection)
    return [receipts[i] for i in range(len(batch))]


def store(connection: Connection, new: NewDelivery) -> Receipt:
    """Store one delivery, unless it is there already, and have its ticket looked at."""
    row = connection.execute(
        _heard(connection.dialect.name),
        {
            "connection": new.connection,
            "ticket_id": new.ticket_id,
            "event_key": new.event_key,
            "invocation_id": new.invocation_id,
            "received_at": to_ms(new.received_at),
            "headers": json.dumps(dict(new.headers)),
            "body": new.body,
            "state": "dead" if new.dead else "pending",
            "reason": new.dead,
        },
    ).first()
    if row is None:
        return Receipt.DUPLICATE
    if not new.dead:
        make_ready(connection, new.connection, new.ticket_id, to_ms(new.received_at))
    return Receipt.ACCEPTED


def make_ready(connection: Connection, account: str, ticket_id: str, at_ms: int) -> None:
    """Have the ticket looked at, at that time or sooner if it already waits for one."""
    row = {"connection": account, "ticket_id": ticket_id, "ready_at": at_ms, **_NEW_TICKET}
    connection.execute(_ready(connection.dialect.name), row)


@cache
def _heard(dialect: str) -> ReturningInsert[Any]:
    return insert_for(dialect, deliveries).on_conflict_do_nothing().returning(deliveries.c.id)


@cache
def _ready(dialect: str) -> Insert:
    insert = insert_for(dialect, tickets)
    sooner = or_(tickets.c.ready_at.is_(None), tickets.c.ready_at > insert.excluded.ready_at)
    return insert.on_conflict_do_update(
        index_elements=["connection", "ticket_id"],
        set_={"ready_at": case((sooner, insert.excluded.ready_at), else_=tickets.c.ready_at)},
    )


@dataclass
class Inbox:
    """One writer thread that many receivers hand their deliveries to."""

    engine: Engine
    poke: Callable[[], None]  #: Wakes the workers after a commit.
    _queue: queue.SimpleQueue[tuple[NewDelivery, Future[Receipt]] | None] = field(default_factory=queue.SimpleQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def receive(self, delivery: NewDelivery) -> Receipt:
        """Return once the delivery is safely stored, or raise StoreError."""
        self._start()
        future: Future[Receipt] = Future()
        self._queue.put((delivery, future))
        try:
            return future.result(timeout=PATIENCE_SECONDS)
        except TimeoutError as problem:
            raise StoreError("the store did not take a delivery in time") from problem

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # also after a fork
                self._thread = threading.Thread(target=self._write, name="inbox", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Store what still waits, then let the thread end."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None and thread.is_alive():
            self._queue.put(None)
            thread.join()

    def _write(self) -> None:
        last = False
        while not last:
            batch, last = self._take()
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[tuple[NewDelivery, Future[Receipt]]]) -> None:
        try:
            receipts = store_deliveries(self.engine, [new for new, _ in batch])
        except (SQLAlchemyError, ValueError) as problem:  # ValueError: text that no database can encode
            told = words(problem, self.engine.url) if isinstance(problem, SQLAlchemyError) else type(problem).__name__
            for _, future in batch:
                future.set_exception(StoreError(f"the store refused: {told}"))
            return
        self.poke()
        for (_, future), receipt in zip(batch, receipts, strict=True):
            future.set_result(receipt)

    def _take(self) -> tuple[list[tuple[NewDelivery, Future[Receipt]]], bool]:
        """Wait for one delivery, then take every other that already waits; True: no more will come."""
        batch: list[tuple[NewDelivery, Future[Receipt]]] = []
        while not batch or (len(batch) < BATCH and not self._queue.empty()):
            item = self._queue.get()
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False
