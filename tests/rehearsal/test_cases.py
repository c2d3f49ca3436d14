"""A test file is read whole: every mistake at once, in an admin's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.model import Party
from plugin.core.problems import Problems
from plugin.rehearsal.stories import Arrives, Comments, Goes
from tests.rehearsal.samples import MONDAY, POLICY, case, suite


def mistakes(*cases: dict[str, Any], **file: Any) -> list[str]:
    with pytest.raises(Problems) as told:
        suite(*cases, **file)
    return [str(problem) for problem in told.value.found]


def test_all_mistakes_are_told_at_once_with_the_near_word() -> None:
    steps = (
        {"expect": {"acted": ["unanswerd"], "owner": "anna", "reason": "rule_hold"}},
        {"change": {"group": "escalation", "assignee": "benn", "fields": {"ordr": "x"}}, "by": "zoe"},
        {"on": "second"},
    )

    assert mistakes(case(*steps)) == [
        'cases[0].steps[0].expect.acted[0]: unknown rule "unanswerd"; did you mean "unanswered"?',
        'cases[0].steps[0].expect.reason: unknown reason "rule_hold"; did you mean "rule_holds"?',
        'cases[0].steps[0].expect.owner: unknown person "anna"; did you mean "ana"?',
        'cases[0].steps[1].by: unknown person "zoe"; known: agent, ana, automation, ben, customer',
        'cases[0].steps[1].change.group: unknown group "escalation"; did you mean "escalations"?',
        'cases[0].steps[1].change.assignee: unknown person "benn"; did you mean "ben"?',
        'cases[0].steps[1].change.fields.ordr: unknown field "ordr"; did you mean "order"?',
        'cases[0].steps[2].on: unknown ticket "second"; known: main',
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"at": "2026-03-01"}, "lies before the step before it; a clock does not go back"),
        ({"at": "noon"}, 'found "noon", expected'),
        ({"after": "soon"}, "expected a duration"),
        ({"at": "2026-03-03", "after": "1h"}, 'found both "at" and "after"'),
        ({"deleted": True, "customer_comments": "x"}, "one thing happens in a step"),
        ({"merged_into": "none"}, 'unknown ticket "none"'),
        ({"released": "burnin"}, 'did you mean "burning"?'),
        ({"another_ticket": {"name": "main"}}, '"main" is already the name of a ticket'),
        ({"expect": {"ticket": {"followers": ["x"]}}}, 'unknown person "x"'),
    ],
)
def test_a_step_that_cannot_be_meant_is_told(step: dict[str, Any], message: str) -> None:
    assert [one for one in mistakes(case(step)) if message in one]


def test_two_cases_of_one_name_are_told() -> None:
    assert mistakes(case({}), case({})) == ['cases[1].name: "a case" is already the name of another case']


def test_a_ticket_cannot_be_younger_than_its_case() -> None:
    assert "arrive before it was made" in mistakes(case({}, ticket={"created_at": "2026-03-03"}))[0]


def test_instants_are_on_the_policys_clocks() -> None:
    told = suite(
        case({"at": "2026-07-01T09:00"}, {"at": "2026-07-01T09:00Z"}, starts="2026-07-01T08:00"),
        policy={**POLICY, "time_zone": "Europe/Lisbon"},
    )

    assert [step.at for step in told.stories[0].steps] == [
        datetime(2026, 7, 1, 7, tzinfo=UTC),
        datetime(2026, 7, 1, 8, tzinfo=UTC),
        datetime(2026, 7, 1, 9, tzinfo=UTC),
    ]


def test_the_ticket_arrives_in_a_step_of_its_own_unless_the_first_is_about_it() -> None:
    told = suite(case({"expect": {"acted": []}}, name="about it"), case({"after": "1h"}, name="later"))

    about, later = (story.steps for story in told.stories)
    assert [step.number for step in about] == [1]
    assert isinstance(about[0].deeds[0], Arrives)
    assert [(step.number, step.at) for step in later] == [(0, MONDAY), (1, MONDAY + timedelta(hours=1))]


def test_a_case_says_what_its_ticket_is_and_the_file_the_rest() -> None:
    told = suite(
        case({}, ticket={"priority": "high", "tags": ["b"]}),
        ticket={"tags": ["a"], "group": "escalations", "requester": {"name": "Dov", "language": "pt"}},
    )

    (arrives,) = told.stories[0].steps[0].deeds
    assert isinstance(arrives, Arrives)
    ticket = arrives.arrival.ticket
    assert (ticket.priority, ticket.tags, ticket.group_id) == ("high", {"b"}, "201")
    assert ticket.requester is not None
    assert (ticket.requester.name, ticket.requester.locale) == ("Dov", "pt")


def test_who_does_it_is_the_requester_an_agent_or_somebody_of_the_policy() -> None:
    told = suite(
        case(
            {"customer_comments": "x"},
            {"agent_comments": "x", "public": False},
            {"agent_comments": "x", "by": "ben"},
            {"deleted": True, "by": "automation"},
        )
    )

    deeds = [step.deeds[-1] for step in told.stories[0].steps[1:]]
    assert [d.by.party for d in deeds if isinstance(d, Comments | Goes)] == [
        Party.CUSTOMER,
        Party.AGENT,
        Party.AGENT,
        Party.AUTOMATION,
    ]
    assert [d.by.id for d in deeds if isinstance(d, Comments)] == ["customer Customer", "agent", "ben"]


def test_agents_and_groups_beside_the_policys_are_declared() -> None:
    told = suite(
        case({"change": {"assignee": "tom", "group": "frontline"}, "by": "tom"}), agents=["tom"], groups=["frontline"]
    )

    assert told.stories[0].steps[-1].deeds


def test_the_connection_with_most_ids_is_rehearsed_and_everybody_has_one_there() -> None:
    told = suite(case({}))

    assert told.connection == "acme"
    assert {key: person.ids["acme"] for key, person in told.policy.people.items()} == {"ana": "101", "ben": "ben"}
    assert suite(case({}), connection="other").policy.people["ben"].ids["other"] == "7"
