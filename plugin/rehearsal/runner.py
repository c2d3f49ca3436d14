"""One test case on the real pipeline.

Rule 1: nothing here decides: deliveries go in through `receive`, tickets are worked on by `visit`, as the worker does.
Rule 2: the clock stops at every instant at which some work is due, so nothing is done later than it would be.
Rule 3: what was done is done before the next thing happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from connectors.accounts import Account, BearerToken
from connectors.model import TicketRef
from plugin.core.compiling.openings import openings_of
from plugin.core.policy import Policy
from plugin.pipeline.parts import Parts
from plugin.pipeline.receive import receive
from plugin.pipeline.visiting import visit
from plugin.rehearsal.clock import Clock
from plugin.rehearsal.helpdesk import Actor, Helpdesk
from plugin.rehearsal.platform import NAME, RehearsalPlatform
from plugin.rehearsal.stories import Arrives, Changes, Comments, Deed, Goes, Releases, Step
from plugin.store.store import Store

LEASE = timedelta(seconds=60)
#: More turns at one instant, and more instants in one step, than any case needs.
MOST_TURNS, MOST_INSTANTS = 500, 20_000


class Endless(Exception):
    """Work that makes more work, for ever."""


@dataclass
class Rehearsal:
    """A policy at work on an empty store and an empty helpdesk."""

    policy: Policy
    connection: str
    store: Store
    clock: Clock
    helpdesk: Helpdesk = field(init=False)
    platform: RehearsalPlatform = field(init=False)
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.helpdesk = Helpdesk(clock=self.clock)
        self.platform = RehearsalPlatform(self.helpdesk)
        numbers = count(1)
        others = {opening.connection for _, opening in openings_of(self.policy.ladders)}
        self.parts = Parts(
            store=self.store,
            policy=self.policy,
            accounts={name: _account(name) for name in {self.connection, *others}},
            platforms={NAME: self.platform},
            clock=self.clock,
            new_id=lambda: f"rehearsed-{next(numbers)}",
            chance=lambda: 0.0,
        )

    def play(self, step: Step) -> None:
        """Let time pass until the step, then what it says, then everything that comes of it."""
        self.wait(step.at)
        for deed in step.deeds:
            self.do(deed, self.ref(step.on))
            self.settle()

    def ref(self, name: str) -> TicketRef:
        """Return the ticket of that name."""
        return TicketRef(connection=self.connection, id=name)

    def wait(self, until: datetime) -> None:
        """Let time pass, and do everything at the instant it is due."""
        for _ in range(MOST_INSTANTS):
            wake = self.store.outlook((self.connection,), now=self.clock()).wake
            if wake is None or wake > until:
                break
            self.clock.forward(wake)
            self.settle()
        else:
            raise Endless(f"at {self.clock():%Y-%m-%d %H:%M:%S} UTC there was still more to do")
        self.clock.forward(until)

    def settle(self) -> None:
        """Let every delivery arrive and do everything that is due."""
        for _ in range(MOST_TURNS):
            for body in self.platform.bodies():
                receive(self.parts, self.connection, {}, body)
            claims = self.store.claim((self.connection,), now=self.clock(), lease=LEASE, limit=10)
            if not claims:
                return
            for claimed in claims:
                visit(self.parts, claimed)
        raise Endless(f"at {self.clock():%Y-%m-%d %H:%M:%S} UTC work made more work")

    def do(self, deed: Deed, ref: TicketRef) -> None:
        """Let something happen in the helpdesk."""
        match deed:
            case Arrives():
                self.helpdesk.take_in(deed.arrival.ticket, deed.by, new=deed.arrival.new)
            case Comments():
                self.helpdesk.comment(ref, deed.text, deed.by, public=deed.public)
            case Changes():
                self._change(deed, ref, deed.by)
            case Goes():
                into = self.ref(deed.merged_into) if deed.merged_into else None
                self.helpdesk.remove(ref, deed.by, merged_into=into)
            case Releases():
                self.store.release_rule(deed.rule, now=self.clock())

    def _change(self, deed: Changes, ref: TicketRef, by: Actor) -> None:
        tags = (self.helpdesk.ticket(ref).tags | deed.add_tags) - deed.remove_tags
        self.helpdesk.change(ref, {**deed.values, "tags": tags}, by)


def _account(name: str) -> Account:
    return Account(
        name=name,
        platform=NAME,
        base_url="https://helpdesk.invalid",
        auth=BearerToken(token=""),
        webhook_secrets=(),
    )
