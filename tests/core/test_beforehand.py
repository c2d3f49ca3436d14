"""What is decided before a case: by table, and by property over severities, times and uses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.model import AddComment, AddTags, LinkProblem, Ticket
from plugin.core.evaluation import evaluate
from plugin.core.facts import of_ticket
from plugin.core.lifecycle import decide
from plugin.core.mirror import seen
from plugin.core.model import Case, Decision, Firing, Mirror, Reason, Severity
from plugin.core.planning import current, describe, human_wins, missing, snapshot
from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.core.remedies import AtMost, Remedy, Use, newly_given, offered_mark
from plugin.core.rules import compile_policy
from plugin.core.why.hindrances import Kept, Situation
from plugin.core.why.reasoning import Explained, Outcome, explain
from tests.core.samples import CASE, HOUR, NOON, REF, TICKET, document

SEVERITIES = st.sampled_from(Severity)
KNOWN = {
    "name": "login-down",
    "when": {"field": "ticket.tags", "operator": "contains", "value": "login"},
    "answer": "answer",
}
REFUND = {"name": "refund", "kind": "refund", "amount": 20, "issue_types": ["late"], "tag": "Gave_Refund"}
TAG = "late"


def told(*, rule: dict[str, Any] | None = None, issues: Any = (), remedies: Any = ()) -> dict[str, Any]:
    given_ = document()
    given_["templates"]["answer"] = "{{ known_issue.name }}"
    given_["rules"] = [
        {
            "name": "late",
            "when": {"field": "ticket.tags", "operator": "contains", "value": TAG},
            "escalate": {"issue_type": "late", "severity": "sev3"},
            **(rule or {}),
        }
    ]
    return given_ | {"known_issues": list(issues), "remedies": list(remedies)}


def policy(**sections: Any) -> Policy:
    return compile_policy(told(**sections))


def tagged(*tags: str, **fields: Any) -> Ticket:
    return replace(TICKET, tags=frozenset(tags), **fields)


def decided(
    policy: Policy, ticket: Ticket, *, firings: Any = None, now: datetime = NOON, case: Case | None = None
) -> Decision:
    facts = of_ticket(ticket, seen(Mirror(), ticket))
    evaluation = evaluate(policy, facts, now, firings=firings or {})
    return decide(policy, case, ticket, evaluation, now=now, new_id="new")


def as_of(severity: Severity) -> dict[str, Any]:
    return {"escalate": {"issue_type": "late", "severity": severity.value}}


@given(SEVERITIES, SEVERITIES | st.none(), st.booleans())
def test_only_rules_as_mild_as_it_says_are_held_back(severity: Severity, up_to: Severity | None, despite: bool) -> None:
    issue = KNOWN | ({"up_to": up_to.value} if up_to else {})
    rules = policy(rule={**as_of(severity), "despite_known_issues": despite}, issues=[issue])

    decision = decided(rules, tagged(TAG, "login"))

    held = not despite and severity.rank >= (up_to or Severity.SEV3).rank
    assert decision.reason is (Reason.KNOWN_ISSUE if held else Reason.RULE_HOLDS)
    assert (decision.case is None) is held
    assert ("late" in decision.fired) is not held


def test_the_answer_is_written_once_and_the_rule_waits() -> None:
    rules = policy(issues=[{**KNOWN, "tags": ["Known"], "problem": {"acme": 7}}])

    first = decided(rules, tagged(TAG, "login"))
    again = decided(rules, tagged(TAG, "login"), firings={name: Firing(at=NOON) for name in first.fired})

    assert first.changes == (
        AddTags(tags=("known",)),
        LinkProblem(problem_id="7"),
        AddComment(text="login-down", public=False),
    )
    assert (again.reason, again.changes, again.fired) == (Reason.KNOWN_ISSUE, (), ())
    assert [remark.reason for remark in (*first.remarks, *again.remarks)] == [Reason.KNOWN_ISSUE] * 2


def test_a_rule_that_is_worse_acts_and_the_other_is_noted() -> None:
    given_ = told(issues=[KNOWN])
    worse = {"name": "worse", "when": given_["rules"][0]["when"], "escalate": {"issue_type": "x", "severity": "sev1"}}
    rules = compile_policy(given_ | {"rules": [*given_["rules"], worse]})

    decision = decided(rules, tagged(TAG, "login"))

    assert (decision.rule, decision.fired) == ("worse", ("worse",))
    assert [(remark.rule, remark.reason) for remark in decision.remarks] == [("late", Reason.KNOWN_ISSUE)]


@given(st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3)))
def test_a_known_issue_ends_at_its_instant(after: timedelta) -> None:
    rules = policy(issues=[{**KNOWN, "until": "2026-03-02T12:00:00Z"}])

    decision = decided(rules, tagged(TAG, "login"), now=NOON + after)

    assert (decision.reason is Reason.KNOWN_ISSUE) is (after < timedelta())


@pytest.mark.parametrize(
    ("changes", "answered", "linked"),
    [
        ({}, True, True),
        ({"type": "question"}, True, True),
        ({"type": "task"}, True, False),
        ({"problem_id": "8"}, True, False),
        ({"type": "problem"}, False, False),
        ({"ref": replace(REF, id="7")}, False, False),
        ({"ref": replace(REF, connection="other")}, True, False),
    ],
)
def test_who_is_answered_and_who_is_linked(changes: dict[str, Any], answered: bool, linked: bool) -> None:
    rules = policy(issues=[{**KNOWN, "problem": {"acme": "7"}}])

    decision = decided(rules, tagged(TAG, "login", **changes))

    assert (decision.reason is Reason.KNOWN_ISSUE) is answered
    assert any(isinstance(change, LinkProblem) for change in decision.changes) is linked


def test_an_open_case_knows_neither() -> None:
    rules = policy(rule={"remedy_first": "4h", **as_of(Severity.SEV1)}, issues=[{**KNOWN, "up_to": "sev1"}])

    assert decided(rules, tagged(TAG, "login"), case=CASE).reason is Reason.RAISED


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=8)))
def test_remedies_come_first_for_just_so_long(after: timedelta) -> None:
    rules = policy(rule={"remedy_first": "4h"}, remedies=[REFUND])

    first = decided(rules, tagged(TAG))
    later = decided(rules, tagged(TAG), now=NOON + after, firings={name: Firing(at=NOON) for name in first.fired})

    assert (first.reason, first.look_at, first.fired) == (Reason.REMEDY_FIRST, NOON + 4 * HOUR, (offered_mark("late"),))
    (note,) = first.changes
    assert isinstance(note, AddComment)
    assert "- refund, 20 (tag gave_refund)" in note.text
    assert (later.reason is Reason.RULE_HOLDS) is (after >= 4 * HOUR)


def test_a_rows_time_for_remedies_is_its_rules_own() -> None:
    given_ = told(remedies=[REFUND])
    given_["matrix"][-1]["remedy_first"] = "1h"

    assert compile_policy(given_).rules[0].remedy_first == HOUR
    given_["rules"][0]["remedy_first"] = "2h"
    assert compile_policy(given_).rules[0].remedy_first == 2 * HOUR


USES = st.lists(st.timedeltas(min_value=timedelta(days=-40), max_value=timedelta()), max_size=6)


@given(USES, st.integers(1, 4), st.integers(1, 30))
def test_a_remedy_is_used_up_by_so_many_uses_in_its_period(ago: list[timedelta], times: int, days: int) -> None:
    within = timedelta(days=days)
    remedy = Remedy(name="refund", kind="refund", tag="r", at_most=AtMost(times=times, within=within))
    uses = [Use(remedy="refund", requester="1", at=NOON + one) for one in ago]
    others = [replace(use, remedy="other") for use in uses]

    assert remedy.used_up([*uses, *others], NOON) is (sum(-one < within for one in ago) >= times)


@given(st.frozensets(st.sampled_from(["r", "s", "x"])), st.frozensets(st.sampled_from(["refund", "send"])))
def test_a_use_is_told_by_the_tag_and_not_twice(tags: frozenset[str], before: frozenset[str]) -> None:
    remedies = [Remedy(name="refund", kind="a", tag="r"), Remedy(name="send", kind="b", tag="s")]
    fired = {one.mark: Firing(at=NOON) for one in remedies if one.name in before}
    mirror = Mirror(known={"tags": tags, "requester_id": "301"}, fired=fired)

    uses = list(newly_given(remedies, mirror, NOON, "101"))

    assert {use.remedy for use in uses} == {one.name for one in remedies if one.tag in tags} - before
    assert list(newly_given(remedies, replace(mirror, known={"tags": tags}), NOON, None)) == []


def test_a_link_that_a_person_set_stays() -> None:
    change, free, linked = LinkProblem(problem_id="7"), TICKET, replace(TICKET, problem_id="8")

    assert missing([change], free) == (change,)
    assert missing([change], replace(TICKET, problem_id="7")) == ()
    assert human_wins([change], snapshot([change], free), linked) == ((), ("problem",))
    assert (current(change, linked), describe(change)) == ("8", {"change": "set_problem", "value": "7"})


MISTAKES = [
    ({"issues": [{**KNOWN, "answer": "answr"}]}, 'known_issues[0].answer: unknown template "answr"; did you mean'),
    ({"issues": [{**KNOWN, "answer": "handover"}]}, "known_issues[0].answer: template"),
    ({"issues": [{**KNOWN, "until": "soon"}]}, 'known_issues[0].until: found "soon", expected a day'),
    ({"issues": [KNOWN, KNOWN]}, 'known_issues[1].name: "login-down" is already the name of known_issues[0]'),
    (
        {"issues": [{**KNOWN, "when": {"field": "ticket.tag", "operator": "present"}}]},
        "known_issues[0].when.field",
    ),
    ({"remedies": [{**REFUND, "tag": "escalated"}]}, 'remedies[0].tag: the policy itself writes the tag "escalated"'),
    ({"remedies": [{**REFUND, "issue_types": ["lat"]}]}, 'remedies[0].issue_types[0]: unknown issue type "lat"'),
    ({"remedies": [REFUND, {**REFUND, "name": "b"}]}, 'remedies[1].tag: "gave_refund" is already the tag of'),
    ({"remedies": [{**REFUND, "at_most": {"times": 1, "within": "x"}}]}, "remedies[0].at_most.within: found 'x'"),
    ({"rule": {"remedy_first": "soon"}}, "rules[0].remedy_first: found 'soon'"),
]


@pytest.mark.parametrize(("sections", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_told_with_its_place(sections: dict[str, Any], said: str) -> None:
    with pytest.raises(Problems) as raised:
        policy(**sections)

    assert said in str(raised.value)


def test_a_day_ends_at_its_midnight_in_the_policys_zone() -> None:
    given_ = told(issues=[{**KNOWN, "until": "2026-03-02"}]) | {"time_zone": "America/New_York"}

    assert compile_policy(given_).known_issues[0].until == datetime(2026, 3, 3, 5, tzinfo=UTC)


def test_what_they_ask_for_is_read_where_a_rule_may_act() -> None:
    texts = {"field": "ticket.text", "operator": "mentions", "value": ["login"]}
    rules = policy(issues=[{**KNOWN, "when": texts}])

    asking = evaluate(rules, of_ticket(tagged(TAG), seen(Mirror(), TICKET)), NOON)
    quiet = evaluate(rules, of_ticket(tagged("no"), seen(Mirror(), TICKET)), NOON)

    assert asking.asks(frozenset({"ticket.text"}))
    assert not quiet.asks(frozenset({"ticket.text"}))


def explained(policy: Policy, ticket: Ticket, *, firings: Any = None, case: Case | None = None) -> list[Explained]:
    facts = of_ticket(ticket, seen(Mirror(), ticket), by_time=True)
    asked = Situation(
        policy=policy, now=NOON, facts=facts, later=facts, firings=firings or {}, case=case, ticket=ticket.ref
    )
    return list(explain(asked))


def test_a_rule_that_is_held_back_says_by_what_and_since_when() -> None:
    rules = policy(issues=[{**KNOWN, "until": "2026-03-03T00:00:00Z"}])

    (one,) = explained(rules, tagged(TAG, "login"), firings={"known_issue:login-down": Firing(at=NOON - HOUR)})

    (kept,) = one.kept
    assert (kept.kept, kept.told, kept.since, kept.until) == (
        Kept.KNOWN_ISSUE,
        "login-down",
        NOON - HOUR,
        datetime(2026, 3, 3, tzinfo=UTC),
    )
    assert one.outcome is Outcome.NOT_FIRED


@pytest.mark.parametrize("since", [None, NOON - HOUR])
def test_a_rule_that_waits_for_remedies_says_when_it_fires(since: datetime | None) -> None:
    rules = policy(rule={"remedy_first": "4h"}, remedies=[REFUND])
    firings = {offered_mark("late"): Firing(at=since)} if since else {}

    (one,) = explained(rules, tagged(TAG), firings=firings)

    assert (one.outcome, [kept.kept for kept in one.kept]) == (Outcome.WILL_FIRE, [Kept.REMEDY_FIRST])
    assert one.comes_at == one.kept[0].until == (since or NOON) + 4 * HOUR


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Return rules that all hold, with what may come before each."""
    when = {"field": "ticket.tags", "operator": "contains", "value": TAG}
    rules = [
        {
            "name": f"r{i}",
            "when": when,
            "escalate": {"issue_type": draw(st.sampled_from(["late", "other"])), "severity": draw(SEVERITIES).value},
            "despite_known_issues": draw(st.booleans()),
            **draw(st.sampled_from([{}, {"remedy_first": "4h"}])),
        }
        for i in range(draw(st.integers(1, 3)))
    ]
    some = {rule["escalate"]["issue_type"] for rule in rules}
    issues = draw(st.lists(st.just({**KNOWN, "up_to": draw(SEVERITIES).value}), max_size=1))
    remedies = [{**REFUND, "issue_types": [word]} for word in sorted(some)[: draw(st.integers(0, 1))]]
    return compile_policy(told(issues=issues, remedies=remedies) | {"rules": rules})


@settings(max_examples=200)
@given(
    policies(),
    st.frozensets(st.sampled_from(["login"])),
    st.lists(st.sampled_from(["r0", "r1", "r2"]), unique=True),
    st.sampled_from([None, CASE]),
)
def test_what_would_fire_is_what_is_decided(
    rules: Policy, tags: frozenset[str], offered: list[str], case: Case | None
) -> None:
    ticket = tagged(TAG, *tags)
    firings = {offered_mark(name): Firing(at=NOON - HOUR) for name in offered}

    decision = decided(rules, ticket, firings=firings, case=case)

    found = explained(rules, ticket, firings=firings, case=case)
    assert [one.rule.name for one in found if one.outcome is Outcome.WOULD_FIRE] == (
        [decision.rule] if decision.rule else []
    )


def test_a_rule_that_would_wait_acts_with_one_that_does_not_whatever_was_listed_for_a_third() -> None:
    when = {"field": "ticket.tags", "operator": "contains", "value": TAG}
    rules = [
        {"name": name, "when": when, "escalate": {"issue_type": "late", "severity": severity}, **more}
        for name, severity, more in (
            ("r0", "sev1", {"remedy_first": "4h"}),
            ("r1", "sev2", {}),
            ("r2", "sev1", {"remedy_first": "4h"}),
        )
    ]
    whole = compile_policy(told(issues=[], remedies=[{**REFUND, "issue_types": ["late"]}]) | {"rules": rules})
    firings = {offered_mark("r0"): Firing(at=NOON - HOUR)}

    found = explained(whole, tagged(TAG), firings=firings)

    assert decided(whole, tagged(TAG), firings=firings).rule == "r2"
    assert [one.rule.name for one in found if one.outcome is Outcome.WOULD_FIRE] == ["r2"]
