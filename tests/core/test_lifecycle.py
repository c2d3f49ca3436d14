"""What decides where several rules hold, and what a case becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.model import AddComment, Assign, Mode, Status, Ticket
from plugin.core.evaluation import Evaluation, evaluate
from plugin.core.facts import of_ticket
from plugin.core.lifecycle import TRANSITIONS, decide, end
from plugin.core.mirror import seen
from plugin.core.model import LIVE, Case, CaseState, Decision, Firing, Mirror, Reason, Severity, Trigger
from plugin.core.moves import on_customer_updated, on_promise_due
from plugin.core.policy import Policy
from plugin.core.promising import MOST_PROMPTS
from plugin.core.rules import compile_policy
from tests.core.samples import CASE, HOUR, NOON, TICKET, document


def policy(**rules: dict[str, Any]) -> Policy:
    """Return a policy whose rules hold for tickets tagged with their names."""
    told = [
        {
            "name": name,
            "when": {"field": "ticket.tags", "operator": "contains", "value": name},
            "escalate": {"issue_type": name, "severity": rule.pop("severity", "sev3")},
            **rule,
        }
        for name, rule in rules.items()
    ]
    return compile_policy({**document(), "rules": told})


def tagged(*tags: str, **fields: Any) -> Ticket:
    return replace(TICKET, tags=frozenset(tags), **fields)


def judged(policy: Policy, ticket: Ticket, **more: Any) -> Evaluation:
    return evaluate(policy, of_ticket(ticket, seen(Mirror(), ticket)), NOON, **more)


def decided(policy: Policy, ticket: Ticket, case: Case | None = None, **more: Any) -> Decision:
    firings = more.pop("firings", {})
    return decide(policy, case, ticket, judged(policy, ticket, firings=firings), now=NOON, new_id="new", **more)


def test_of_rules_that_hold_priority_decides_then_severity_then_the_order() -> None:
    by_priority = policy(mild={"severity": "sev4", "priority": 1}, bad={"severity": "sev1"})
    by_severity = policy(mild={"severity": "sev4"}, bad={"severity": "sev1"})
    by_order = policy(one={}, two={})

    assert decided(by_priority, tagged("mild", "bad")).rule == "mild"
    assert decided(by_severity, tagged("mild", "bad")).rule == "bad"
    assert decided(by_order, tagged("two", "one")).rule == "one"


def test_an_open_case_is_raised_by_a_worse_rule_whatever_goes_before_it() -> None:
    three = policy(mild={"severity": "sev4", "priority": 10}, bad={"severity": "sev1"})

    decision = decided(three, tagged("mild", "bad"), replace(CASE, severity=Severity.SEV3))

    assert (decision.reason, decision.rule) == (Reason.RAISED, "bad")
    assert decision.case is not None
    assert (decision.case.severity, decision.case.id) == (Severity.SEV1, CASE.id)


def test_a_rule_that_is_not_worse_changes_nothing_and_says_so() -> None:
    decision = decided(policy(mild={"severity": "sev4"}), tagged("mild"), CASE)

    assert (decision.reason, decision.case, decision.changes) == (Reason.ALREADY_ESCALATED, CASE, ())
    assert [r.reason for r in decision.remarks] == [Reason.ALREADY_ESCALATED]


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
def test_a_done_ticket_ends_its_case_and_starts_none(status: Status) -> None:
    rules, ticket = policy(bad={}), tagged("bad", status=status)

    assert decided(rules, ticket).reason is Reason.TICKET_DONE
    ended = decided(rules, ticket, CASE).case
    assert ended is not None
    assert (ended.state, ended.ended_at) == (CaseState.CLOSED, NOON)


def test_a_shadow_only_tells_what_it_would_do() -> None:
    shadowed = decided(policy(bad={"mode": "shadow"}), tagged("bad"))
    whole = decided(policy(bad={}), tagged("bad"), shadow=True)

    for decision in (shadowed, whole):
        assert (decision.reason, decision.case, decision.changes) == (Reason.SHADOW, None, ())
        assert decision.fired == ("bad",)
        assert any(isinstance(change, Assign) for change in decision.remarks[0].changes)


def test_a_rule_that_is_off_is_not_asked() -> None:
    rules = policy(bad={"mode": "off"})

    assert rules.rules[0].mode is Mode.OFF
    assert decided(rules, tagged("bad")).reason is Reason.NO_RULE_HOLDS


def test_a_held_rule_waits_and_is_not_spent() -> None:
    decision = decided(policy(bad={}, mild={}), tagged("bad", "mild"), held=frozenset({"bad"}))

    assert (decision.rule, decision.held, decision.fired) == ("mild", ("bad",), ("mild",))
    assert [r.reason for r in decision.remarks if r.rule == "bad"] == [Reason.HELD]


def test_an_opted_out_ticket_is_left_alone() -> None:
    decision = decided(policy(bad={}), tagged("bad", "no_escalation"))

    assert (decision.reason, decision.case, decision.fired) == (Reason.OPTED_OUT, None, ())


def test_acting_again_writes_nothing_to_the_customer() -> None:
    given_ = document()
    given_["templates"]["told"] = "{{ owner.name }} cares"
    given_["matrix"][1]["changes"]["public_comment"] = "told"
    given_["rules"][0]["refire"] = {"every": "1h", "at_most": 3}
    rules = compile_policy(given_)
    firings = {"payment": Firing(at=NOON - HOUR)}

    decision = decided(rules, tagged("payment"), replace(CASE, rule="payment"), firings=firings)

    assert decision.reason is Reason.REPEATED
    comments = [change for change in decision.changes if isinstance(change, AddComment)]
    assert [comment.public for comment in comments] == [False]


def test_an_owner_without_an_id_on_the_connection_is_told() -> None:
    given_ = document()
    given_["people"]["ana"]["ids"] = {"other": 1}

    decision = decided(compile_policy(given_), tagged("payment"))

    assert not any(isinstance(change, Assign) for change in decision.changes)
    assert decision.problems == ("ana has no id on acme: nobody is assigned",)


ENDINGS = [t for t in Trigger if any(row.get(t) not in (None, *LIVE) for row in TRANSITIONS.values())]


@pytest.mark.parametrize("trigger", ENDINGS)
@pytest.mark.parametrize("state", [s for s in CaseState if s not in LIVE])
def test_a_case_that_ended_stays_as_it_is(trigger: Trigger, state: CaseState) -> None:
    ended = replace(CASE, state=state)

    assert end(ended, trigger, NOON) == ended
    assert end(None, trigger, NOON) is None


@pytest.mark.parametrize("state", [s for s in CaseState if s not in LIVE])
def test_a_late_promise_changes_nothing(state: CaseState) -> None:
    case, whole = replace(CASE, state=state), compile_policy(document())

    for decision in (on_promise_due(whole, case, TICKET, NOON), on_customer_updated(whole, case, NOON)):
        assert (decision.reason, decision.case, decision.changes) == (Reason.NOT_EXPECTED_NOW, case, ())


def test_an_owner_is_prompted_so_often_and_then_only_the_log_is() -> None:
    case, texts = CASE, []
    for _ in range(MOST_PROMPTS + 1):
        decision = on_promise_due(compile_policy(document()), case, TICKET, case.next_update_at)
        assert decision.case is not None
        assert decision.case.next_update_at > case.next_update_at
        case = decision.case
        texts.append(len(decision.changes))

    assert texts == [1] * MOST_PROMPTS + [0]
    assert decision.reason is Reason.PROMPTS_EXHAUSTED


def test_a_persons_answer_keeps_the_promise_and_an_older_one_takes_none_back() -> None:
    whole = compile_policy(document())
    kept = on_customer_updated(whole, replace(CASE, prompts=2), NOON + HOUR / 2).case
    older = on_customer_updated(whole, CASE, NOON - 5 * HOUR).case

    assert kept is not None
    assert (kept.next_update_at, kept.prompts) == (NOON + HOUR / 2 + CASE.update_every, 0)
    assert older == CASE
