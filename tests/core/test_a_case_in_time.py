"""A case led through anything that may happen to it: the table walked by chance.

Whatever comes in whatever order, a living case has one owner and a clock, no move is outside the table, a promise lies
ahead, and the customer is never asked twice for one remedy.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectors.model import AddComment, Status, TicketRef
from plugin.core import filling_in, granting, moves, obeying
from plugin.core.commands import Command, Word
from plugin.core.evaluation import evaluate
from plugin.core.facts import of_ticket
from plugin.core.lifecycle import TRANSITIONS, decide, solved
from plugin.core.mirror import seen
from plugin.core.model import LIVE, Case, CaseState, Decision, Mirror
from plugin.core.policy import Policy
from plugin.core.rules import compile_policy
from tests.core.samples import NOON, TICKET, document

PEOPLE = ("ana", "ben", "rui")
TEXTS = ("yes", "no", "it still crashes when I pay", "thank you", "Sim, funciona", "")
STEPS = [
    {"tier": "frontline", "owner": "ana", "acknowledge_within": "15m", "work_within": "2h", "repeat": 2},
    {"tier": "specialist", "owner": "ben", "acknowledge_within": "30m"},
    {
        "tier": "manager",
        "owner": "rui",
        "acknowledge_within": "1h",
        "work_within": "8h",
        "approval": {"by": ["ana"], "within": "45m"},
    },
]


def whole(*, approval: bool, ladder: bool) -> Policy:
    """Return a policy with everything that a case may go through."""
    row = {"issue_type": "*", "severity": "*", "targets": {"update_every": "1h"}}
    told = {
        **document(),
        "people": {key: {"name": key.title(), "ids": {"acme": str(100 + i)}} for i, key in enumerate(PEOPLE)},
        "admin": "rui",
        "ladders": {"up": {"steps": STEPS}},
        "matrix": [{**row, "ladder": "up"} if ladder else {**row, "owner": "ana"}],
        "templates": {"ask": "Does it work?", "chase": "Once more?", "hold": "Still at it."},
        "updates": {"prompt_before": "10m", "holding": "hold", "at_most_in_a_row": 2},
        "resolution": {"ask": "ask", "remind": "chase", "remind_after": "1d", "close_after": "3d"},
        "requests": {"approval": {"by": ["rui", "ben"], "within": "2h"}} if approval else {},
        "state_tags": "esc",
        "exceptions": {
            "refund": {"by": ["rui"], "within": "3h"},
            **({"deescalate": {"by": ["rui"], "otherwise": "approve"}} if approval else {}),
        },
        "rules": [
            {
                "name": name,
                "when": {"field": "ticket.tags", "operator": "contains", "value": name},
                "escalate": {"issue_type": "it", "severity": name},
            }
            for name in ("sev3", "sev1")
        ],
    }
    return compile_policy(told)


class Life(RuleBasedStateMachine):
    """One ticket, and whatever happens to it."""

    policy: Policy
    case: Case | None
    now: datetime

    @initialize(approval=st.booleans(), ladder=st.booleans())
    def begin(self, approval: bool, ladder: bool) -> None:
        self.policy = whole(approval=approval, ladder=ladder)
        self.case, self.now = None, NOON
        self.last: Case | None = None
        self.number = 0
        self.held_in_a_row = 0
        self.seen: set[str] = set()

    def take(self, decision: Decision | None) -> None:
        """Let a decision happen, as the pipeline does, and look at what it changed."""
        if decision is None:
            return
        before, after = self.case or self._reopened(decision), decision.case
        if before is None and after is not None:
            assert after.state in (CaseState.OPEN, CaseState.REQUESTED)
            assert after.id not in self.seen
            self.seen.add(after.id)
        if before is not None and after is not None and before.state is not after.state:
            assert after.state in TRANSITIONS[before.state].values(), (before.state, after.state)
        if before is not None:
            assert after is not None, "a case does not vanish"
        assert not decision.opens or (after is not None and after.state in LIVE)
        self._hear(decision, before)
        self.case = after if after is not None and after.state in LIVE else None
        self.last = after if after is not None and after.state not in LIVE else self.last

    def _reopened(self, decision: Decision) -> Case | None:
        same = self.last is not None and decision.case is not None and decision.case.id == self.last.id
        return self.last if same else None

    def _hear(self, decision: Decision, before: Case | None) -> None:
        """Count what the customer reads."""
        assert sum(isinstance(c, AddComment) and c.public for c in decision.changes) == 0
        if before is None:
            self.held_in_a_row = 0
        for said in decision.says:
            if said.kind == "ask":
                assert before is not None
                assert not before.asked
            if said.kind == "holding":
                assert decision.case is not None
                assert decision.case.state not in (CaseState.RESOLVED, CaseState.REQUESTED)
                self.held_in_a_row += 1
                assert self.held_in_a_row <= self.policy.conduct.customer.most_in_a_row

    # --- what may happen

    @rule(tag=st.sampled_from(["sev3", "sev1"]))
    def a_rule_holds(self, tag: str) -> None:
        ticket = replace(TICKET, tags=frozenset({tag}))
        evaluation = evaluate(self.policy, of_ticket(ticket, seen(Mirror(), ticket)), self.now)
        self.number += 1
        self.take(decide(self.policy, self.case, ticket, evaluation, now=self.now, new_id=f"c{self.number}"))

    @rule(
        word=st.sampled_from([*Word, None]),
        by=st.sampled_from([*PEOPLE, None]),
        reason=st.sampled_from(["", "because"]),
        hours=st.integers(-1, 60),
        whom=st.sampled_from(["customer", "vendor", "approval"]),
    )
    def an_agent_tells(self, word: Word | None, by: str | None, reason: str, hours: int, whom: str) -> None:
        self.number += 1
        command = Command(word=word, by=by, by_id="7", reason=reason, waits_for=whom, exception="refund", amount=7.5)
        if word in (Word.WAIT, Word.SNOOZE):
            command = replace(command, until=self.now + timedelta(hours=hours))
        told = obeying.Told(
            policy=self.policy,
            case=self.case,
            command=command,
            ticket=TicketRef(connection="acme", id="1"),
            now=self.now,
            new_id=f"c{self.number}",
        )
        self.take(obeying.obey(told, filling_in.DEEDS))

    @precondition(lambda self: self.case)
    @rule()
    def the_owner_acts(self) -> None:
        assert self.case
        self.take(moves.on_owner_acted(self.policy, self.case, self.now))

    @precondition(lambda self: self.case)
    @rule(person=st.sampled_from(PEOPLE), taken=st.booleans())
    def the_ticket_is_given(self, person: str, taken: bool) -> None:
        assert self.case
        self.take(moves.on_owner_changed(self.policy, self.case, person, self.now, taken=taken))

    @precondition(lambda self: self.case)
    @rule(status=st.sampled_from([Status.OPEN, Status.PENDING, Status.HOLD, Status.NEW]), by_customer=st.booleans())
    def the_status_moves(self, status: Status, by_customer: bool) -> None:
        assert self.case
        self.take(moves.on_status(self.policy, self.case, status, self.now, by_customer=by_customer))

    @rule(status=st.sampled_from([Status.SOLVED, Status.CLOSED]))
    def the_ticket_is_done(self, status: Status) -> None:
        self.take(solved(self.policy, self.case, status, self.now))

    @rule(text=st.sampled_from(TEXTS))
    def the_customer_writes(self, text: str) -> None:
        if self.case:
            self.take(moves.on_customer_wrote(self.policy, self.case, text, self.now))
        else:
            self.take(moves.on_reply_after_the_end(self.policy, self.last, text, self.now))

    @precondition(lambda self: self.case)
    @rule(score=st.sampled_from(["good", "bad", "offered", None]))
    def the_customer_rates(self, score: str | None) -> None:
        assert self.case
        self.take(moves.on_rated(self.policy, self.case, score, self.now))

    @precondition(lambda self: self.case)
    @rule()
    def a_person_answers_the_customer(self) -> None:
        assert self.case
        self.take(moves.on_customer_updated(self.policy, self.case, self.now))
        self.held_in_a_row = 0

    @rule(minutes=st.integers(1, 6000))
    def time_passes(self, minutes: int) -> None:
        """Have a worker look whenever something is due, as it does."""
        until = self.now + timedelta(minutes=minutes)
        for _ in range(500):
            due = min((at for at in self._due() if at is not None), default=None)
            if due is None or due > until:
                self.now = until
                return
            self.now = max(self.now, due)
            self._fire()
        raise AssertionError("a timer fires for ever")

    def _due(self) -> list[datetime | None]:
        case = self.case
        return [case.look_at or case.next_update_at, case.due_at] if case else []

    def _fire(self) -> None:
        ticket = replace(TICKET, status=Status.SOLVED if self.case and self.case.solved else Status.OPEN)
        if self.case and (self.case.look_at or self.case.next_update_at) <= self.now:
            self.take(moves.on_promise_due(self.policy, self.case, ticket, self.now))
        if self.case and self.case.due_at and self.case.due_at <= self.now:
            self.take(granting.on_due(self.policy, self.case, ticket, self.now))

    # --- what always holds

    @invariant()
    def a_living_case_has_one_owner_and_a_clock(self) -> None:
        case = getattr(self, "case", None)
        if case is None:
            return
        assert case.owner in self.policy.people
        assert case.ended_at is None
        if case.state in (CaseState.REQUESTED, CaseState.WAITING, CaseState.RESOLVED):
            assert case.due_at is not None
        assert (case.waiting_for is not None) is (case.state is CaseState.WAITING)
        assert case.pending is None or (case.state, case.waiting_for) == (CaseState.WAITING, "approval")

    @invariant()
    def what_was_promised_lies_ahead(self) -> None:
        case = getattr(self, "case", None)
        if case is not None:
            assert (case.look_at or case.next_update_at) >= case.opened_at
            assert case.look_at is None or case.look_at <= case.next_update_at or case.look_at > self.now


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=40, deadline=None, report_multiple_bugs=False)
