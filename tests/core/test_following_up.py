"""What becomes of a follow-up: beside its case, in time, and by what agents tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import AddComment
from plugin.core import filling_in, obeying
from plugin.core.commands import read
from plugin.core.follow_ups import LONGEST, MOST_ACTIONS, Action, Followed, FollowUp, FollowUpState, Term, look_at
from plugin.core.following_up import WEEK, kept, lines, looked_at
from plugin.core.model import Case, CaseState, Decision, Reason, Severity
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.documents import compile_document
from tests.core.samples import CASE, HOUR, NOON, document

DAY = timedelta(days=1)
SECTION: Mapping[str, Any] = {
    "causes": {"config": "Configuration mistake", "code": "Fault"},
    "required_for": ["sev1"],
    "at_most_reminders": 2,
}
_GATHERING, _OPEN, _FINISHED, _CARRIED = FollowUpState
UTC = ZoneInfo("UTC")


def policy(**terms: Any) -> Any:
    return compile_policy({**document(), "admin": "ana", "follow_up": {**SECTION, **terms}})


POLICY = policy()
WORST = replace(CASE, severity=Severity.SEV1, policy_version=POLICY.version)
CLOSED = replace(WORST, state=CaseState.CLOSED, ended_at=NOON)
TOLD = {"cause": "config", "root_cause": "wrong table", "prevention": "an alert"}


def action(number: int = 1, *, done: bool = False, due: datetime = NOON + 9 * DAY) -> Action:
    when = Term(due_at=due, next_at=due - DAY)
    return Action(number=number, owner="ana", text="add a check", term=when, done_at=NOON if done else None)


def own(state: FollowUpState = _GATHERING, **fields: Any) -> FollowUp:
    return FollowUp(
        case_id="c1",
        ticket=CASE.ticket,
        severity=Severity.SEV1,
        policy_version=POLICY.version,
        owner="ana",
        state=state,
        **fields,
    )


def opened(**fields: Any) -> FollowUp:
    when = Term(due_at=NOON + 3 * DAY, next_at=NOON + 2 * DAY)
    return own(_OPEN, **{"required": True, "begun_at": NOON, "noted": True, "term": when, **fields})


def reasons(before: Mapping[str, FollowUp], after: Mapping[str, FollowUp]) -> list[Reason]:
    return [line.reason for line in lines(before, after)]


BEGUN, FINISHED, BACK = Reason.FOLLOW_UP_BEGUN, Reason.FOLLOW_UP_FINISHED, Reason.REOPENED
BESIDE: Mapping[str, tuple[Case | None, FollowUp | None, FollowUpState | None, list[Reason]]] = {
    "a worst case that closed": (CLOSED, None, _OPEN, [BEGUN]),
    "a milder one": (replace(CLOSED, severity=Severity.SEV2), None, None, []),
    "one that was taken back": (replace(CLOSED, state=CaseState.DE_ESCALATED), None, None, []),
    "one of which all was told": (CLOSED, own(**TOLD), _FINISHED, [BEGUN, FINISHED]),
    "a milder one with an action": (
        replace(CLOSED, severity=Severity.SEV2),
        own(actions=(action(),)),
        _OPEN,
        [BEGUN],
    ),
    "one that is followed up": (CLOSED, opened(), _OPEN, []),
    "one whose follow-up is done": (CLOSED, opened(**TOLD), _FINISHED, [FINISHED]),
    "one that is opened again": (WORST, opened(), _GATHERING, [BACK]),
    "one that is opened again after all was told": (
        WORST,
        replace(opened(**TOLD), state=_FINISHED),
        _GATHERING,
        [BACK],
    ),
    "an open one": (WORST, own(), _GATHERING, []),
    "an open one without anything": (WORST, None, None, []),
    "none, and another action": (None, replace(opened(**TOLD, actions=(action(),)), state=_FINISHED), _OPEN, [BACK]),
    "none": (None, opened(), _OPEN, []),
}


@pytest.mark.parametrize(("case", "before", "state", "told"), BESIDE.values(), ids=BESIDE)
def test_a_follow_up_follows_its_case(
    case: Case | None, before: FollowUp | None, state: FollowUpState | None, told: list[Reason]
) -> None:
    found = {"c1": before} if before else {}

    after = kept(POLICY, case, found, NOON)

    assert (after["c1"].state if after else None) == state
    assert reasons(found, after) == told
    assert kept(POLICY, case, after, NOON) == after  # once more changes nothing


def test_a_policy_without_the_section_wants_nothing() -> None:
    plain = compile_policy(document())

    assert kept(plain, CLOSED, {}, NOON) == {}
    assert kept(plain, WORST, {"c1": opened()}, NOON) == {"c1": opened()}


def test_a_later_case_carries_on_what_an_earlier_one_left() -> None:
    before = {"c1": opened(actions=(action(1, done=True), action(2)), cause="config")}
    second = replace(WORST, id="c2", follows="c1")

    after = kept(POLICY, second, before, NOON)

    assert (after["c1"].state, after["c2"].state, after["c2"].required) == (_CARRIED, _GATHERING, True)
    assert [a.number for a in after["c1"].actions] == [1]
    assert [a.number for a in after["c2"].actions] == [2]
    assert after["c1"].look_at is None


@pytest.mark.parametrize(
    ("owner", "expected"), [("case owner", "ana"), (None, "ana"), ("rui", "rui"), ({"rota": "duty"}, "rui")]
)
def test_the_policy_says_who_owns_it(owner: Any, expected: str) -> None:
    given_ = document()
    given_["people"]["rui"] = {"name": "Rui", "ids": {}}
    layer = {"people": ["rui"], "starts": "2026-01-05", "handover": {"every": "week", "on": "mon", "at": "09:00"}}
    given_["rotas"] = {"duty": {"layers": [layer]}}
    section = {**SECTION, **({"owner": owner} if owner else {})}
    told = compile_policy({**given_, "admin": "ana", "follow_up": section})

    assert kept(told, CLOSED, {}, NOON)["c1"].owner == expected


MISTAKES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "person": ({"owner": "anna"}, 'follow_up.owner: unknown person "anna"; did you mean "ana"?'),
    "rota": ({"owner": {"rota": "duty"}}, 'follow_up.owner.rota: unknown rota "duty"'),
    "template": ({"note": "aftr"}, 'follow_up.note: unknown template "aftr"'),
    "duration": ({"due": "soon"}, "follow_up.due: found 'soon', expected a duration"),
}


@pytest.mark.parametrize(("terms", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(terms: Mapping[str, Any], said: str) -> None:
    with pytest.raises(Problems) as refused:
        policy(**terms)

    assert said in str(refused.value)


SPOILT: Mapping[str, Any] = {
    "no section": 5,
    "no causes": {"required_for": ["sev1"]},
    "empty causes": {"causes": {}},
    "causes that are none": {"causes": 5},
    "a code with a blank": {"causes": {"tax table": "x"}},
    "no words": {"causes": {"config": ""}},
    "an unknown key": {**SECTION, "ower": "ana"},
    "an unknown severity": {**SECTION, "required_for": ["sev9"]},
    "no reminders": {**SECTION, "at_most_reminders": 0},
    "an owner that is none": {**SECTION, "owner": {"rotas": "x"}},
}


@pytest.mark.parametrize("section", SPOILT.values(), ids=SPOILT)
def test_a_section_that_the_schema_refuses_is_refused_in_words(section: Any) -> None:
    with pytest.raises(Problems) as refused:
        compile_document({**document(), "format": 2, "follow_up": section}, title="spoilt:")

    assert all(problem.where.startswith("follow_up") for problem in refused.value.found)


# --- in time


def run_down(one: FollowUp, *, until: datetime) -> list[tuple[datetime, int]]:
    """Return when something was said and in how many lines, as long as nobody does anything."""
    said, now = [], NOON
    while (due := one.look_at) is not None and due <= until:
        now = max(now, due)
        look = looked_at(POLICY, one, {}, now)
        assert look is not None
        said.append((now, len(look.said)))
        one = look.follow_up
    return said


def test_its_owner_is_reminded_so_often_then_the_admin_then_only_the_log_is_told() -> None:
    said = run_down(opened(), until=NOON + 30 * DAY)

    assert [at for at, count in said if count] == [NOON + n * DAY for n in (2, 3, 4)]
    assert [at for at, count in said if not count] == [NOON + 4 * DAY + n * WEEK for n in (1, 2, 3)]


def test_a_reminder_before_the_time_is_no_overdue_one() -> None:
    early, late = (looked_at(POLICY, opened(), {}, NOON + n * DAY) for n in (2, 4))

    assert early is not None
    assert late is not None
    assert (early.line.reason, late.line.reason) == (Reason.FOLLOW_UP_REMINDED, Reason.FOLLOW_UP_OVERDUE)
    assert "it is due by" in early.said[0]
    assert "it was due by" in late.said[0]


def test_what_is_not_due_is_not_looked_at() -> None:
    assert looked_at(POLICY, opened(), {}, NOON) is None
    assert looked_at(POLICY, own(), {}, NOON) is None


def test_a_policy_that_is_no_longer_kept_stops_nothing() -> None:
    look = looked_at(compile_policy(document()), opened(), {}, NOON + 3 * DAY)

    assert look is not None
    assert look.said


def test_an_action_is_reminded_of_while_its_case_is_open() -> None:
    look = looked_at(POLICY, own(actions=(action(), action(2, done=True))), {}, NOON + 8 * DAY)

    assert look is not None
    assert look.said[0].endswith("action 1 is not done: add a check (it is due by 2026-03-11 12:00 UTC).")
    assert look.said[-1] == "How to tell it: /esc done NUMBER"


times = st.integers(0, 40 * 24).map(lambda hours: NOON + hours * HOUR)
actions = st.lists(st.tuples(times, st.booleans()).map(lambda told: (told[0] + HOUR, told[1])), max_size=4).map(
    lambda found: tuple(action(n, due=due, done=done) for n, (due, done) in enumerate(found, 1))
)
told_parts = st.sampled_from([{}, {"cause": "config", "root_cause": "x"}, {"prevention": "y"}, TOLD])


@given(actions, told_parts, st.booleans(), st.sampled_from([WORST, CLOSED, replace(CLOSED, state=CaseState.CANCELLED)]))
def test_what_is_open_is_always_looked_at_again(
    found: tuple[Action, ...], parts: Mapping[str, str], required: bool, case: Case
) -> None:
    after = kept(POLICY, case, {"c1": own(actions=found, required=required, **parts)}, NOON)["c1"]

    assert (after.state is _FINISHED) == (case is not WORST and not after.missing and not after.undone)
    assert (look_at([after]) is not None) == bool(after.state is _OPEN or after.undone)
    assert (after.late_at is not None) == bool(
        after.lives and (after.undone or (after.state is _OPEN and after.missing))
    )
    if after.state is _OPEN:
        said = run_down(after, until=NOON + 400 * DAY)
        most = 1 + (len(after.undone) + bool(after.missing)) * (SECTION["at_most_reminders"] + 1)
        assert len([1 for _, count in said if count]) <= most


# --- telling


def tell(line: str, found: FollowUp | None = None, *, case: Case | None = CLOSED, by: str | None = "ana") -> Decision:
    open_case = case if case is not None and case.state is CaseState.OPEN else None
    told = obeying.Told(
        policy=POLICY,
        case=open_case,
        command=read(line, by=by, by_id="7", zone=UTC),
        ticket=CASE.ticket,
        now=NOON,
        new_id="n1",
        last=None if open_case else case,
        follow_ups={"c1": found} if found else {},
    )
    return obeying.obey(told, filling_in.DEEDS)


def after(line: str, found: FollowUp | None = None, **more: Any) -> FollowUp:
    decision = tell(line, found, **more)
    assert isinstance(decision, Followed), said(decision)
    return decision.follow_up


def said(decision: Decision) -> str:
    return "".join(change.text for change in decision.changes if isinstance(change, AddComment))


def test_each_line_tells_its_part() -> None:
    assert after("cause CONFIG wrong  table", opened()).root_cause == "wrong table"
    assert after("prevention an alert", opened()).prevention == "an alert"
    assert after("done #2", opened(actions=(action(2),))).undone == ()
    one = after("action @Ana by 2026-03-05 16:30 add a check", opened(actions=(action(2),))).actions[-1]
    assert (one.number, one.owner, one.term.due_at) == (3, "ana", datetime(2026, 3, 5, 16, 30, tzinfo=UTC))


def test_an_action_without_a_date_has_the_policys_time() -> None:
    assert after("action ana add a check", opened()).actions[0].term.due_at == NOON + 3 * DAY


def test_what_is_told_of_a_case_that_wanted_nothing_begins_a_follow_up() -> None:
    one = after("action ana add a check", case=replace(CLOSED, severity=Severity.SEV4))

    assert (one.state, one.required, one.noted) == (_OPEN, False, True)


def test_what_is_told_of_an_open_case_is_kept() -> None:
    assert after("cause config wrong table", case=WORST).state is _GATHERING
    assert "Missing yet" not in said(tell("cause config wrong table", case=WORST))


REFUSED = {
    "cause confg wrong": 'unknown cause "confg"; did you mean "config"?',
    "cause config": "a cause needs its root cause",
    "cause": "unknown cause",
    "prevention": "say what prevents it",
    "action": "an action needs its owner and what is done",
    "action ana": "an action needs its owner and what is done",
    "action ana until 2027-01-31": "an action needs its owner and what is done",
    "action anna add a check": 'unknown person "anna"; did you mean "ana"?',
    "action ana until 2026-02-31 add a check": '"2026-02-31" is no date',
    "action ana until 2026-03-01 add a check": "is over",
    "done": 'there is no action ""; known: 1',
    "done 7": 'there is no action "7"; known: 1',
    "done 1": "action 1 is done since",
}


@pytest.mark.parametrize(("line", "why"), REFUSED.items())
def test_what_cannot_be_done_is_answered(line: str, why: str) -> None:
    decision = tell(line, opened(actions=(action(done=True),)))

    assert decision.reason is Reason.COMMAND_REFUSED
    assert why in said(decision)


def test_who_is_nobody_of_the_policy_is_refused() -> None:
    assert "may be told by the people of the policy only" in said(tell("prevention x", opened(), by=None))


def test_without_a_case_there_is_nothing_to_tell() -> None:
    assert "there was no case on this ticket" in said(tell("prevention x", case=None))


def test_a_ticket_has_so_many_actions_at_the_most() -> None:
    full = opened(actions=tuple(action(n + 1) for n in range(MOST_ACTIONS)))

    assert f"{MOST_ACTIONS} actions at the most" in said(tell("action ana one more", full))


@given(st.text(max_size=1500))
def test_texts_are_bounded_whatever_is_told(text: str) -> None:
    decision = tell(f"prevention {text}", opened())

    if isinstance(decision, Followed):
        assert 0 < len(decision.follow_up.prevention) <= LONGEST


@given(st.sampled_from(["cause", "action", "done", "prevention"]), st.text(max_size=80))
def test_any_line_is_answered(word: str, rest: str) -> None:
    assert said(tell(f"{word} {rest}", opened(actions=(action(),))))


def test_a_policy_without_the_section_takes_nothing_down() -> None:
    plain = compile_policy(document())
    told = obeying.Told(
        policy=plain,
        case=WORST,
        command=read("prevention x", by="ana", by_id="7", zone=UTC),
        ticket=CASE.ticket,
        now=NOON,
        new_id="n1",
    )

    assert 'the policy has no "follow_up"' in said(obeying.obey(told, filling_in.DEEDS))


def test_the_first_note_lists_what_is_missing_and_what_it_repeats() -> None:
    earlier = replace(opened(**TOLD), case_id="c0", state=_FINISHED, cause="gone")
    fresh = opened(noted=False, follows="c0", actions=(action(), action(2, done=True)))

    look = looked_at(POLICY, fresh, {"c0": earlier, "c1": fresh}, NOON)

    assert look is not None
    assert (look.lists, look.follow_up.noted) == (True, True)
    assert [line.partition(":")[0] for line in look.said] == [
        "Repeat of gone (gone)",
        "Owner",
        "Due",
        "Missing",
        "Missing",
        "Action 1",
        "Actions",
    ]
