"""What an explanation and its trees read like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.model import AddFollowers, AddTags, Move, Operation, SetField, Status
from plugin.core.clocks import Span, Timing
from plugin.core.conditions import All, Condition, Test
from plugin.core.facts import FactTable
from plugin.core.firing import Refire, Repeat
from plugin.core.history import History
from plugin.core.model import Firing, LogEntry, Mirror, Reason, Severity, TimerKind
from plugin.core.planning import describe
from plugin.core.policy import Policy, Rule
from plugin.core.rules import compile_policy
from plugin.core.why.explanation import tree
from plugin.core.why.foresight import Forecast
from plugin.core.why.hindrances import Situation
from plugin.explaining.document import as_json
from plugin.explaining.look import Look
from plugin.explaining.next_text import log_lines, next_lines
from plugin.explaining.report import Report, report
from plugin.explaining.text import as_text, change_words
from plugin.explaining.tree_text import tree_lines
from plugin.store.lookups import Dossier, Letter
from plugin.store.records import Outgoing
from tests.core.samples import CASE, HOUR, NOON, REF, document

LOOK = Look()
POLICY = compile_policy(document())
AGED = Test("ticket.age", "at_least", 4 * HOUR)


def asked(condition: Condition, known: Mapping[str, object], *, dossier: Dossier | None = None, **given: Any) -> Report:
    """Explain one rule on facts."""
    rule = Rule(
        name="one",
        condition=condition,
        issue_type="x",
        severity=Severity.SEV2,
        **{key: given.pop(key) for key in ("refire", "mode") if key in given},
    )
    facts = FactTable({"ticket.status": Status.OPEN, "ticket.tags": frozenset(), **known})
    policy: Policy = replace(POLICY, rules=(rule,))
    situation = Situation(policy=policy, now=NOON, facts=facts, later=facts, **given)
    return report(situation, ticket="42", connection="acme", read=None, dossier=dossier)


def answer(told: Report) -> list[str]:
    """Return the lines of the rule, without the tree."""
    lines = as_text(told, LOOK).split("\n\n")[1].splitlines()
    return [line for line in lines if not line.startswith(("    ✓", "    ✗", "    ?", "      "))]


EVERY = Refire(repeat=Repeat.EVERY, every=4 * HOUR, at_most=5)
ELEVEN = "Mon 2026-03-02 11:00 UTC"
FIRED = {"one": Firing(at=NOON - HOUR, count=2)}


@pytest.mark.parametrize(
    ("condition", "given", "lines"),
    [
        (
            Test("a", "is", 1),
            {"firings": {"one": Firing(at=NOON - 5 * HOUR)}, "refire": EVERY},
            ["✓ one (enforce, x sev2) holds: it would fire now, once more"],
        ),
        (
            Test("a", "is", 1),
            {"firings": FIRED, "refire": EVERY},
            [
                "✓ one (enforce, x sev2) will fire again at Mon 2026-03-02 15:00 UTC unless",
                "    - a is no longer 1",
                "    - the ticket is solved or closed",
                "    - the tag no_escalation is set",
                "    kept back: it is cooling down, since Mon 2026-03-02 11:00 UTC, until Mon 2026-03-02 15:00 UTC",
            ],
        ),
        (
            Test("a", "is", 2),
            {"firings": FIRED},
            [
                "✗ one (enforce, x sev2) fired at Mon 2026-03-02 11:00 UTC, 2 times; it does not hold",
                "    because when: a is 2; seen: 1",
                f"    kept back: it has fired as often as it may: once per ticket, since {ELEVEN}",
            ],
        ),
        (
            All((Test("b", "is", 1), Test("c", "is", 1))),
            {},
            ["? one (enforce, x sev2) cannot be told: b, c are not known"],
        ),
        (
            Test("a", "absent", None),
            {},
            [
                "✗ one (enforce, x sev2) does not hold: it does not fire",
                "    because when: a absent; seen: present",
                "    time alone will never make it act",
            ],
        ),
        (
            AGED,
            {"case": CASE},
            [
                "✗ one (enforce, x sev2) does not hold: it does not fire",
                "    because when: ticket.age at_least 4h; seen: 0s",
                "    kept back: an open case is at least as severe: sev2 by rule payment, since " + LOOK.time(NOON),
                "    by time alone it comes to hold at Mon 2026-03-02 16:00 UTC",
            ],
        ),
    ],
)
def test_a_rule_is_answered_in_words(condition: Condition, given: dict[str, Any], lines: list[str]) -> None:
    assert answer(asked(condition, {"a": 1, "ticket.age": Span(NOON)}, **given)) == lines


def test_a_search_that_was_broken_off_says_where() -> None:
    told = asked(Test("a", "is", 2), {"a": 1})
    (one,) = told.rules
    broken = replace(told, rules=(replace(one, forecast=Forecast(at=None, looked_until=NOON + HOUR)),))

    assert answer(broken)[-1] == "    not by time alone before Mon 2026-03-02 13:00 UTC; farther was not looked"


def test_a_paused_clock_is_told_in_the_tree() -> None:
    pausing = Test("idle", "at_least", 4 * HOUR, Timing(pause_when={"ticket.status": frozenset({"pending"})}))
    history = History(moves=(Move(at=NOON, what="status", value="pending"),), complete=frozenset({"status"}))
    facts = FactTable({"idle": Span(NOON - HOUR), "ticket.status": Status.PENDING}, history=history)

    (line,) = tree_lines(tree(pausing, facts, NOON + HOUR), LOOK)

    assert line == "✗ idle  at_least  4h  seen: 1h; paused since Mon 2026-03-02 12:00 UTC by ticket.status pending"


def test_the_day_in_utc_is_told_where_it_is_another() -> None:
    look = Look(zone=ZoneInfo("Pacific/Auckland"))

    assert look.time(NOON) == "Tue 2026-03-03 01:00 NZDT (Mon 2026-03-02 12:00 UTC)"


LINE = LogEntry(at=NOON, actor="policy", what="decided", reason=Reason.NO_RULE_HOLDS, ticket=REF)
OUTGOING = Outgoing(
    operation=Operation(id="o1", ticket=REF, changes=(AddTags(tags=("a", "b")),)),
    case_id="c1",
    rule="payment",
    attempts=2,
    next_at=NOON,
    created_at=NOON,
    reason=Reason.TEMPORARY,
)
DOSSIER = Dossier(
    mirror=Mirror(),
    case=replace(CASE, prompts=2),
    timers={TimerKind.PROMISE: NOON + HOUR},
    operations=(OUTGOING, replace(OUTGOING, rule=None, reason=None)),
    letters=(Letter(name="operation:3", at=NOON, reason="refused: no such group"),),
    paused_until=NOON + HOUR,
)


def test_what_is_next_and_what_is_stuck_is_told() -> None:
    assert list(next_lines(asked(AGED, {}), DOSSIER, LOOK)) == [
        "Next",
        "  Mon 2026-03-02 13:00 UTC: the owner is prompted, unless a person answers the customer before",
        "  Case c1: payment sev2 by rule payment, owner Ana Reis",
        "  Next update promised by Mon 2026-03-02 13:00 UTC; the owner was prompted 2 times",
        "  Unfinished: a write of rule payment, tried 2 times, next at Mon 2026-03-02 12:00 UTC,"
        " The platform cannot do it now: it is tried again later.",
        "  Unfinished: a write, tried 2 times, next at Mon 2026-03-02 12:00 UTC",
        "  Dead letter operation:3, since Mon 2026-03-02 12:00 UTC: refused: no such group",
        "  The whole connection is paused until Mon 2026-03-02 13:00 UTC.",
    ]


def test_the_document_has_all_of_that_too() -> None:
    told = as_json(asked(AGED, {}, dossier=DOSSIER))["next"]

    assert told["unfinished"][0]["reason"] == "temporary"
    assert told["dead_letters"] == [{"name": "operation:3", "at": NOON.isoformat(), "reason": "refused: no such group"}]
    assert told["case"]["prompts"] == 2


def test_a_ticket_without_a_timer_says_so() -> None:
    lines = list(next_lines(asked(AGED, {}), Dossier(mirror=Mirror(), case=None), LOOK))

    assert lines == [
        "Next",
        "  No timer is set: nothing happens until something is heard of the ticket.",
        "  No case is open.",
    ]


def test_the_same_line_many_times_is_told_once() -> None:
    later = replace(LINE, at=NOON + timedelta(minutes=1))
    echo = replace(LINE, reason=Reason.OUR_OWN_ECHO)

    lines = log_lines([LINE, later, echo], LOOK)

    assert [line.rpartition(" UTC  ")[2] for line in lines] == [
        "",
        "Log",
        "decided: no_rule_holds. No rule holds. If time alone can change that, a timer is set for the first such"
        " instant. (2 times)",
        "decided: our_own_echo. The event was caused by the plugin's own write.",
    ]
    assert log_lines([], LOOK) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (AddTags(tags=("a", "b")), "add tags: a, b"),
        (AddFollowers(person_ids=("101",)), "add followers: 101"),
        (SetField(field_id="77", value=None), "set field: 77, nothing"),
    ],
)
def test_changes_are_told_in_words(change: Any, told: str) -> None:
    assert change_words(describe(change)) == told
