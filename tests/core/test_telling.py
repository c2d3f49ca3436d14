"""What is told of a case is seen from how it was and is, and never says more than the policy and the case know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import TicketRef
from plugin.core.audience import CaseMove, all_of
from plugin.core.bundling import MOST_LETTERS, MOST_LISTED, Tone, notice
from plugin.core.model import Case, CaseState, Severity
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.core.telling import LONGEST_NAME, Message, messages, move, plain
from tests.scenarios.destinations import ROW, STEPS, telling

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REF = TicketRef(connection="acme", id="42")
CASE = Case(
    id="c1",
    ticket=REF,
    state=CaseState.OPEN,
    rule="it",
    issue_type="it",
    severity=Severity.SEV2,
    owner="ana",
    policy_version="p",
    opened_at=NOON,
    next_update_at=NOON + timedelta(days=1),
    update_every=timedelta(days=1),
    due_at=NOON + timedelta(minutes=15),
)
ACKNOWLEDGED = replace(CASE, state=CaseState.ACKNOWLEDGED, acknowledged_at=NOON)
CLOSED = replace(CASE, state=CaseState.CLOSED)


def changed(**fields: Any) -> Case:
    return replace(CASE, **fields)


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (None, None, None),
        (None, CASE, CaseMove.OPENED),
        (None, CLOSED, None),
        (CASE, None, None),
        (CASE, CASE, None),
        (CASE, ACKNOWLEDGED, None),
        (CASE, changed(owner="ben"), None),
        (CASE, changed(id="c2"), CaseMove.OPENED),
        (CASE, changed(severity=Severity.SEV1), CaseMove.RAISED),
        (changed(step=1), changed(severity=Severity.SEV1), CaseMove.RAISED),
        (CASE, changed(severity=Severity.SEV3), None),
        (CASE, changed(step=1, owner="ben"), CaseMove.CLIMBED),
        (changed(step=1), changed(step=2, due_at=None), CaseMove.LADDER_ENDED),
        (CASE, changed(prompts=1), CaseMove.PROMISE_DUE),
        (changed(prompts=3), changed(prompts=0), None),
        (CASE, CLOSED, CaseMove.ENDED),
        (ACKNOWLEDGED, changed(state=CaseState.CANCELLED), CaseMove.ENDED),
        (CLOSED, CLOSED, None),
    ],
)
def test_a_move_is_seen_from_how_the_case_was_and_is(
    before: Case | None, after: Case | None, seen: CaseMove | None
) -> None:
    assert move(before, after, steps=2) == seen


POLICY = compile_policy(telling())


def of(before: Case | None, after: Case | None, **policy: Any) -> tuple[Message, ...]:
    compiled = compile_policy(telling(**policy)) if policy else POLICY
    return messages(compiled, before, after, link="https://acme.example/42", now=NOON)


def test_a_policy_without_destinations_tells_nobody() -> None:
    steps = [{**step, "tell": []} for step in STEPS]

    assert of(None, CASE, destinations={}, matrix=[{**ROW, "tell": []}], ladders={"up": {"steps": steps}}) == ()


def test_what_is_no_move_is_told_to_nobody() -> None:
    assert of(CASE, ACKNOWLEDGED) == of(CASE, CASE) == of(CASE, None) == ()


def test_a_row_and_its_steps_tell_each_destination_once() -> None:
    row = {**ROW, "tell": ["managers", "chat"]}

    told = of(CASE, changed(step=1, owner="ben"), matrix=[row])

    assert [one.destination for one in told] == ["managers", "chat"]


@pytest.mark.parametrize(
    ("before", "after", "happened", "following"),
    [
        (None, CASE, "The rule it holds.", "to be acknowledged by 2026-03-02 12:15 UTC; update to the customer by "),
        (None, changed(due_at=None), "The rule it holds.", "update to the customer by 2026-03-03 12:00 UTC."),
        (CASE, changed(severity=Severity.SEV1), "Raised from sev2 by the rule it.", "to be acknowledged by"),
        (CASE, replace(ACKNOWLEDGED, prompts=1), "The next update was promised for now", "to be done by 2026-03-02"),
        (CASE, CLOSED, "The ticket is solved.", "nothing; the case is closed."),
        (CASE, changed(state=CaseState.CANCELLED), "The ticket no longer needs it.", "nothing; the case is closed."),
    ],
)
def test_a_message_says_what_happened_and_what_is_next(
    before: Case | None, after: Case, happened: str, following: str
) -> None:
    (told, *_) = of(before, after)

    assert told.happened.startswith(happened)
    assert told.next.startswith(following)
    assert told.owner == "Ana Lima"


def test_an_admin_whom_nobody_named_must_look_all_the_same() -> None:
    (told, *_) = of(changed(step=1), changed(step=2, due_at=None), admin=None)

    assert told.next == "an admin must look at it."


@pytest.mark.parametrize(
    ("where", "sections"),
    [
        ("matrix[0].tell[0]", {"matrix": [{**ROW, "tell": ["chatt"]}]}),
        ("ladders.up.steps[0].tell[0]", {"ladders": {"up": {"steps": [{**STEPS[0], "tell": ["chatt"]}]}}}),
    ],
)
def test_a_destination_that_is_not_there_is_told_with_the_near_one(where: str, sections: dict[str, Any]) -> None:
    with pytest.raises(Problems) as raised:
        compile_policy(telling(**sections))

    assert f'{where}: unknown destination "chatt"; did you mean "chat"?' in str(raised.value)


@given(st.text())
def test_a_name_is_one_short_printable_line(text: str) -> None:
    line = plain(text)

    assert len(line) <= LONGEST_NAME
    assert line.isprintable()
    assert line == line.strip()


def test_names_of_several_lists_come_once_in_their_order() -> None:
    assert all_of(["b", "a"], ["a", "c"]) == ("b", "a", "c")


MESSAGES = st.lists(
    st.builds(
        Message,
        destination=st.just("chat"),
        ticket=st.just(REF),
        case_id=st.sampled_from(["c1", "c2", "c3"]),
        move=st.sampled_from(CaseMove),
        severity=st.sampled_from(Severity),
        headline=st.text(max_size=250).map(lambda text: f"#{plain(text)}"),
        happened=st.just("It holds."),
        owner=st.text(max_size=200),
        next=st.just("an update."),
        link=st.text(max_size=3000),
        at=st.just(NOON),
    ),
    min_size=1,
    max_size=30,
)


@given(MESSAGES)
def test_however_much_waits_it_is_one_bounded_notice_with_the_newest_first(told: list[Message]) -> None:
    made = notice(told)

    assert len(made.body) <= MOST_LETTERS
    if len(told) == 1:
        assert made.title == told[0].headline
        return
    lines = made.body.splitlines()
    assert f"{len(told)} messages" in made.title
    assert lines[0].startswith(f"- {told[-1].headline}"[: len(lines[0])])


@given(st.integers(2, 40))
def test_what_is_not_listed_is_counted(number: int) -> None:
    (told, *_) = of(None, CASE)

    lines = notice([told] * number).body.splitlines()

    listed = sum(line.startswith("- ") for line in lines)
    assert listed == min(number, MOST_LISTED)
    assert (lines[-1] == f"… and {number - listed} older ones.") is (number > listed)


def test_of_long_messages_fewer_are_listed() -> None:
    (told, *_) = of(None, CASE)

    body = notice([replace(told, link="https://acme.example/" + "x" * 900)] * 4).body

    assert len(body) <= MOST_LETTERS
    assert body.splitlines()[-1] == "… and 2 older ones."


@pytest.mark.parametrize(
    ("severities", "tone"),
    [("1", Tone.FAILURE), ("31", Tone.FAILURE), ("2", Tone.WARNING), ("34", Tone.INFO), ("", Tone.SUCCESS)],
)
def test_the_worst_that_is_still_open_sets_the_tone(severities: str, tone: Tone) -> None:
    (told, *_) = of(None, CASE)
    ended = replace(told, move=CaseMove.ENDED, severity=Severity.SEV1)

    still = [replace(told, severity=Severity(f"sev{number}")) for number in severities]

    assert notice([ended, *still]).tone is tone
