"""Small, whole values for the tests of the store, and a look at all its rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.model import AddComment, AddTags, Operation, TicketRef
from plugin.core.audience import CaseMove
from plugin.core.model import Case, CaseState, LogEntry, Mirror, Reason, Severity, TimerKind
from plugin.core.telling import Message
from plugin.store.engine import open_engine
from plugin.store.records import Claim, Delivery, NewDelivery, Outgoing, Posting, Step
from plugin.store.schema import metadata
from plugin.store.store import Store

#: Longer than anything here takes; a test that waits so long has failed.
PATIENCE = 20.0
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=60)
ACME = "acme"
REF = TicketRef(connection=ACME, id="42")
OTHER = TicketRef(connection=ACME, id="43")

LINE = LogEntry(at=NOON, actor="policy", what="opened", reason=Reason.RULE_HOLDS, ticket=REF, case_id="c1")


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'escalation.db'}"


def delivery(key: str | None = None, *, ref: TicketRef = REF, **fields: Any) -> NewDelivery:
    given: dict[str, Any] = {"invocation_id": None, "received_at": NOON, "headers": {}, "body": b"{}", **fields}
    return NewDelivery(connection=ref.connection, ticket_id=ref.id, event_key=key, **given)


def case(id: str = "c1", *, ref: TicketRef = REF, **fields: Any) -> Case:
    given: dict[str, Any] = {"state": CaseState.OPEN, "severity": Severity.SEV2, "opened_at": NOON, **fields}
    return Case(
        id=id,
        ticket=ref,
        rule="payment",
        issue_type="payment",
        owner="ana",
        policy_version="p1",
        next_update_at=NOON + HOUR,
        update_every=HOUR,
        **given,
    )


def outgoing(id: str = "o1", *, ref: TicketRef = REF, **fields: Any) -> Outgoing:
    changes = (AddTags(tags=("escalated",)), AddComment(text="Ana has it", public=False))
    given: dict[str, Any] = {"case_id": "c1", "rule": "payment", "next_at": NOON, "created_at": NOON, **fields}
    return Outgoing(operation=Operation(id=id, ticket=ref, changes=changes), **given)


def message(**fields: Any) -> Message:
    given: dict[str, Any] = {"destination": "chat", "move": CaseMove.OPENED, "severity": Severity.SEV2, "at": NOON}
    given |= {"headline": "sev2 payment: acme#42 is escalated", "case_id": "c1", "ticket": REF, **fields}
    return Message(happened="It holds.", owner="Ana", next="an update.", link="https://acme.example/42", **given)


def posting(store: Store, *, now: datetime = NOON) -> Posting:
    """Take what waits for a destination; there must be one."""
    found = store.postings.take(now=now, lease=LEASE)
    assert found is not None
    return found


def whole_step(deliveries: tuple[Delivery, ...]) -> Step:
    """Make a step that has something to say to every table: two deliveries are needed."""
    return Step(
        done=(deliveries[0].id,),
        dead=((deliveries[1].id, "unreadable"),),
        mirror=Mirror(our_version="v2"),
        case=case(),
        timers={TimerKind.PROMISE: NOON + HOUR},
        operations=(outgoing(),),
        log=(LINE,),
        messages=(message(),),
    )


def take(store: Store, ref: TicketRef = REF, *, now: datetime = NOON, key: str | None = None) -> Claim:
    """Have a delivery arrive for a ticket and claim it; nothing else may be ready."""
    store.receive(delivery(key, ref=ref))
    (claimed,) = store.claim([ref.connection], now=now, lease=LEASE, limit=10)
    assert claimed.ticket == ref
    return claimed


def settled(store: Store, ref: TicketRef = REF, *, now: datetime = NOON) -> Claim:
    """Take a ticket and finish what has arrived for it."""
    claimed = take(store, ref, now=now)
    store.write(claimed, Step(done=tuple(d.id for d in store.load(claimed).deliveries)), now=now)
    return claimed


def put(store: Store, step: Step, ref: TicketRef = REF) -> None:
    """Write a step for a ticket and give the ticket back."""
    claimed = settled(store, ref)
    store.write(claimed, step, now=NOON)
    store.release(claimed, now=NOON)


def rows(url: str) -> Mapping[str, list[str]]:
    """Return every row of every table, whatever its columns."""
    engine = open_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}").all()))
            for name in metadata.tables
        }
    engine.dispose()
    return found


@contextmanager
def together(*deeds: Callable[[], object]) -> Iterator[None]:
    """Do things in a thread each, beside the body; all of them must end, and well."""
    failures: list[BaseException] = []

    def guarded(deed: Callable[[], object]) -> None:
        try:
            deed()
        except BaseException as problem:  # noqa: BLE001 — told below, in the thread that asserts
            failures.append(problem)

    threads = [threading.Thread(target=guarded, args=(deed,), daemon=True) for deed in deeds]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    for failure in failures:
        raise failure
