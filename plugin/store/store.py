"""The store as the rest of the house sees it: short transactions with plain values in and out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from connectors.model import TicketRef
from plugin.core.children import Problem
from plugin.core.follow_ups import FollowUp
from plugin.core.linked import LinkedTicket
from plugin.core.model import Case, LogEntry
from plugin.core.recurrence import Sighting
from plugin.core.remedies import Use
from plugin.core.staff import Staff
from plugin.store import (
    chain,
    children,
    endings,
    follow_ups,
    inbox,
    limits,
    linked,
    lookups,
    overview,
    pauses,
    relook,
    remedies,
    setbacks,
    sightings,
    turns,
    watchdog,
    work,
)
from plugin.store.calls import Calls
from plugin.store.engine import FLEETING, is_current, migrate, open_engine, reading
from plugin.store.policies import Policies
from plugin.store.postings import Postings
from plugin.store.provisions import Provisions
from plugin.store.reconciliations import Reconciliations
from plugin.store.records import (
    Claim,
    DeadLetter,
    HeldRule,
    NewDelivery,
    Outlook,
    Receipt,
    Step,
    StoreError,
    StoreRefused,
    Work,
)
from plugin.store.wakeup import Alarm, announce, poke
from plugin.store.words import is_of_one_value, words


class Store:
    """One database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._inbox = inbox.Inbox(engine, self.poke)
        self._to_read = reading(engine)
        self.postings = Postings(self._writing, self._reading)
        self.policies = Policies(self._writing, self._reading)
        self.provisions = Provisions(self._writing, self._reading)
        self.calls = Calls(self._writing, self._reading)
        self.reconciliations = Reconciliations(self._writing, self._reading, self.poke)

    @classmethod
    def open(cls, url: str) -> Store:
        """Return a store on a database URL; nothing is connected yet. StoreError for a URL that names no such thing."""
        try:
            return cls(open_engine(url))
        except ValueError as problem:
            raise StoreError(f"DATABASE_URL: {problem}") from problem

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to the newest shape."""
        with self._as_store_error():
            migrate(self._engine, revision)

    def is_current(self) -> bool:
        """Return True if the tables have the newest shape."""
        with self._as_store_error():
            return is_current(self._engine)

    def alarm(self) -> Alarm:
        """Return something a worker can sleep on."""
        return Alarm(self._engine)

    def poke(self) -> None:
        """Wake the workers."""
        poke(self._engine)

    def close(self) -> None:
        """Store what is on its way in, then let go of every connection."""
        self._inbox.close()
        self._engine.dispose()

    # --- receiver

    def receive(self, delivery: NewDelivery) -> Receipt:
        """Store a delivery durably; StoreError when it cannot be."""
        return self._inbox.receive(delivery)

    # --- worker

    def claim(self, accounts: Sequence[str], *, now: datetime, lease: timedelta, limit: int) -> list[Claim]:
        """Take tickets with work due, none of a paused account."""
        with self._writing(fleeting=True) as connection:
            return work.claim(connection, accounts, now=now, lease=lease, limit=limit)

    def outlook(self, accounts: Sequence[str], *, now: datetime) -> Outlook:
        """Return which accounts must be left alone, and when there is work next."""
        with self._reading() as connection:
            paused = pauses.paused(connection, now=now)
            free = tuple(name for name in accounts if name not in paused)
            return Outlook(paused=paused, wake=work.next_wake(connection, free, now=now))

    def load(self, claimed: Claim) -> Work:
        """Return everything there is to do for a claimed ticket."""
        with self._reading() as connection:
            return work.load(connection, claimed)

    def write(self, claimed: Claim, step: Step, *, now: datetime) -> None:
        """Write one decision in one transaction; LeaseLost when the ticket is no longer ours."""
        with self._writing() as connection:
            work.write(connection, claimed, step, now=now)
            if step.concerns_others:
                announce(connection)
        if step.concerns_others:
            self.poke()

    def release(self, claimed: Claim, *, now: datetime, not_before: datetime | None = None) -> datetime | None:
        """Give a ticket back and return when there is work for it next."""
        with self._writing(fleeting=True) as connection:
            return work.release(connection, claimed, now=now, not_before=not_before)

    def push_back(self, claimed: Claim, why: str, *, now: datetime) -> int | None:
        """Give a ticket back whose work failed, to be tried later or by a person; return how often it failed by now."""
        with self._writing() as connection:
            return setbacks.push_back(connection, claimed, why, now=now)

    def pause(self, account: str, until: datetime) -> None:
        """Leave an account alone until then."""
        with self._writing(fleeting=True) as connection:
            pauses.pause(connection, account, until)

    def worker_seen(self, worker: str, now: datetime) -> None:
        """Note that a worker is alive."""
        with self._writing(fleeting=True) as connection:
            overview.worker_seen(connection, worker, now)

    def worker_gone(self, worker: str) -> None:
        """Forget a worker that stopped cleanly."""
        with self._writing(fleeting=True) as connection:
            overview.worker_gone(connection, worker)

    def wake_silent(self, *, now: datetime) -> list[TicketRef]:
        """Give every open case that nothing waits for its timer, and return their tickets."""
        with self._writing() as connection:
            found = watchdog.wake(connection, now=now)
            announce(connection)
        if found:
            self.poke()
        return found

    # --- what rules count

    def others(self, ref: TicketRef, entity: str, values: Iterable[str], *, since: datetime) -> tuple[Sighting, ...]:
        """Return the other tickets that name one of the values of an entity, made since then."""
        with self._reading() as connection:
            return sightings.others(connection, ref, entity, values, since=since)

    def remedies_used(self, account: str, requester: str, *, since: datetime) -> tuple[Use, ...]:
        """Return what a requester was given since then, on any ticket of the account."""
        with self._reading() as connection:
            return remedies.used(connection, account, requester, since=since)

    def ended(self, account: str, requester: str, *, since: datetime) -> tuple[Case, ...]:
        """Return the cases of a requester's tickets that ended since then, the newest first."""
        with self._reading() as connection:
            return endings.ended(connection, account, requester, since=since)

    def last_case(self, ref: TicketRef) -> str | None:
        """Return the id of a ticket's newest case."""
        with self._reading() as connection:
            return endings.last(connection, ref)

    def problem(self, ref: TicketRef) -> Problem:
        """Return how a problem's ticket stands."""
        with self._reading() as connection:
            return children.problem(connection, ref)

    def opened_for(self, ref: TicketRef) -> tuple[LinkedTicket, ...]:
        """Return the tickets of other accounts that were opened for one, the oldest first."""
        with self._reading() as connection:
            return linked.of(connection, ref)

    def staff(self, rosters: Collection[str], *, weighed: bool) -> Staff:
        """Return whose turns were taken and, where they are weighed, how many open cases people have."""
        with self._reading() as connection:
            return turns.staff(connection, rosters, weighed=weighed)

    def hold(self, rule: str, *, now: datetime) -> None:
        """Hold a rule until a person releases it."""
        with self._writing() as connection:
            limits.hold(connection, rule, now=now)

    def held(self) -> tuple[HeldRule, ...]:
        """Return the rules that wait for a person."""
        with self._reading() as connection:
            return limits.held(connection)

    def release_rule(self, rule: str, *, now: datetime) -> int | None:
        """Let a held rule act again; return on how many tickets it is asked anew, None for a rule not held."""
        with self._writing() as connection:
            tickets = limits.release(connection, rule, now=now)
            announce(connection)
        self.poke()
        return tickets

    def look_again(self, *, now: datetime) -> int:
        """Have the rules asked anew of every ticket that is not done, a few at a time; return of how many."""
        done, some = 0, [("", "")]
        while some:
            with self._writing() as connection:
                some = relook.look_at_some(connection, some[-1], now=now, done=done)
                announce(connection)
            done += len(some)
        self.poke()
        return done

    # --- people

    def figures(self, *, now: datetime | None = None) -> overview.Figures:
        """Count what waits and what is stuck; a worker seen after `now` counts only within a small skew."""
        with self._reading() as connection:
            return overview.figures(connection, now=now)

    def oldest_pending(self) -> Mapping[str, datetime]:
        """Return of each connection with undone deliveries when the oldest came."""
        with self._reading() as connection:
            return overview.oldest_pending(connection)

    def probe(self, now: datetime) -> None:
        """Return if the store can be written to, else raise StoreError."""
        with self._writing(fleeting=True) as connection:
            overview.probe(connection, now)

    def log(self, ref: TicketRef | None = None) -> list[LogEntry]:
        """Return the case log, oldest first."""
        with self._reading() as connection:
            return overview.log_of(connection, ref)

    def named(self, ref: TicketRef) -> TicketRef:
        """Return the ticket that people call so, as `sd#SD-12`; the same where its id is meant."""
        with self._reading() as connection:
            return lookups.named(connection, ref)

    def dossier(self, ref: TicketRef, *, at: datetime, lines: int = 5) -> lookups.Dossier | None:
        """Return everything known of a ticket, with the last lines of its log; None for one never heard of."""
        with self._reading() as connection:
            return lookups.dossier(connection, ref, at=at, lines=lines)

    def newest_log(
        self, *, ref: TicketRef | None = None, since: datetime | None = None, rule: str | None = None, limit: int
    ) -> list[LogEntry]:
        """Return the newest lines of the case log that fit, oldest of them first."""
        with self._reading() as connection:
            return lookups.log(connection, ref=ref, since=since, rule=rule, limit=limit)

    def export_log(self) -> Iterator[Mapping[str, object]]:
        """Yield every line of the case log, oldest first, with its digest."""
        with self._reading() as connection:
            yield from map(chain.exported, chain.rows(connection))

    def audit(self) -> chain.Audit:
        """Return every line of the log that does not follow, and every case that is not where its log leaves it."""
        with self._reading() as connection:
            return chain.audit(connection)

    def cases(self) -> list[Case]:
        """Return the cases, oldest first."""
        with self._reading() as connection:
            return overview.cases_of(connection)

    def follow_ups(self, *, late: datetime | None = None, unfinished: bool = False) -> list[FollowUp]:
        """Return follow-ups, oldest first: all, the unfinished ones, or those overdue at an instant."""
        with self._reading() as connection:
            return follow_ups.listed(connection, late=late, unfinished=unfinished)

    def follow_ups_of(self, ref: TicketRef) -> tuple[FollowUp, ...]:
        """Return a ticket's follow-ups, oldest first."""
        with self._reading() as connection:
            return follow_ups.of(connection, ref)

    def export_follow_ups(self) -> Iterator[tuple[Case, FollowUp | None]]:
        """Yield every case with its follow-up, oldest first."""
        with self._reading() as connection:
            yield from follow_ups.exported(connection)

    def dead_letters(self) -> list[DeadLetter]:
        """Return what waits for a person."""
        with self._reading() as connection:
            return overview.dead_letters(connection)

    def replay(self, letter: DeadLetter, *, now: datetime) -> None:
        """Try a dead letter once more."""
        with self._writing() as connection:
            overview.replay(connection, letter, now=now)
            announce(connection)
        self.poke()

    @contextmanager
    def _writing(self, *, fleeting: bool = False) -> Iterator[Connection]:
        engine = self._engine.execution_options(**{FLEETING: fleeting})
        with self._as_store_error(), engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._as_store_error(), self._engine.connect() as connection:
            yield connection.execution_options(**self._to_read)

    @contextmanager
    def _as_store_error(self) -> Iterator[None]:
        """Turn a database's own errors into ours; their text may quote rows, so it is not passed on."""
        try:
            yield
        except SQLAlchemyError as problem:
            error = StoreRefused if is_of_one_value(problem) else StoreError
            raise error(words(problem, self._engine.url)) from problem
