"""Rules, rows, people and names beside each other: each finding, and a policy that just has not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.core.lint.samples import Json, asked, document, found, rule, seen, when, with_rules

TAG = asked("ticket.tags", "contains", "more")


def test_a_rule_with_the_condition_of_one_before_it_never_decides() -> None:
    twin = rule("twin", priority=5, when=TAG)

    assert seen(with_rules(rule(), twin)) == {("same_condition", "rules[4].when")}
    assert seen(with_rules(rule(), {**twin, "mode": "off"})) == set()
    assert seen(with_rules(rule(), {**twin, "mode": "shadow"})) == set()
    assert seen(with_rules(rule(max_per_hour=5), twin)) == set()
    assert seen(with_rules(rule(), rule("other", priority=5))) == set()


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        ({"priority": "high"}, {"priority": "low"}, "priority"),
        ({"assignee": "ana"}, {"assignee": "ben"}, "assignee"),
        ({"custom_fields": {"reason": "a"}}, {"custom_fields": {"reason": "b"}}, "field reason"),
        ({"sla_tag": "a"}, {"sla_tag": "b"}, "sla_tag"),
    ],
)
def test_rules_of_one_rank_that_write_against_each_other_overlap(one: Json, other: Json, field: str) -> None:
    first, second = rule("first", changes=one), rule("second", changes=other)

    (finding,) = found(with_rules(first, second))

    assert (finding.code, finding.where) == ("overlap", "rules[4]")
    assert f'rule "first" (rules[3]) may hold for one ticket and write different values of {field};' in finding.message
    assert seen(with_rules(first, {**second, "priority": 31})) == set()
    assert seen(with_rules(first, {**second, "changes": one})) == set()
    assert seen(with_rules(first, {**second, "mode": "shadow"})) == set()


def test_rules_that_exclude_each_other_do_not_overlap() -> None:
    first, second = rule("first", changes={"priority": "low"}), rule("second", changes={"priority": "high"})
    lacks = {"all": [second["when"], asked("ticket.tags", "contains_none", ["first"])]}
    forms = [{"when": asked("ticket.form", "is", str(n))} for n in (1, 2)]

    assert seen(with_rules(first, {**second, "when": lacks})) == set()
    assert seen(with_rules({**first, **forms[0]}, {**second, **forms[1]})) == set()


def test_what_rows_write_counts_for_the_overlap() -> None:
    policy = with_rules(rule("first"), rule("second", escalate={"issue_type": "other", "severity": "sev2"}))
    policy["matrix"].insert(0, {"issue_type": "other", "severity": "*", "owner": "ana", "changes": {"priority": "low"}})
    policy["matrix"][2]["changes"]["priority"] = "high"

    assert seen(policy) == {("overlap", "rules[4]")}


def test_risk_goes_before_time() -> None:
    policy = document()
    policy["rules"][0]["priority"] = 5

    assert seen(policy) == {("risk_outranked", "rules[0].priority")}
    policy["rules"][1]["mode"] = "shadow"
    assert seen(policy) == set()


def test_a_vocabulary_of_risk_is_risk() -> None:
    words = asked("ticket.subject", "mentions", {"vocabulary": "legal_threat"})
    low = rule("words", priority=1, when={"any": [words]})

    assert seen(with_rules(low)) == {("risk_outranked", "rules[3].priority")}
    calm = {"any": [asked("ticket.subject", "mentions", {"vocabulary": "cancellation"})]}
    assert seen(with_rules({**low, "when": calm})) == set()


def test_time_alone_wants_a_limit() -> None:
    old = asked("ticket.age", "at_least", "4h")
    status = asked("ticket.status", "is", "open")

    assert seen(when(old)) == {("time_without_limit", "rules[3]")}
    assert seen(when(old, status)) == {("time_without_limit", "rules[3]")}
    assert seen(when(old, TAG)) == set()
    assert seen(with_rules(rule(when=old, max_per_hour=5))) == set()
    assert seen(with_rules(rule(when=old, mode="shadow"))) == set()


def test_a_public_comment_wants_a_limit() -> None:
    assert seen(with_rules(rule(changes={"public_comment": "told"}))) == {("public_without_limit", "rules[3]")}
    assert seen(with_rules(rule(changes={"public_comment": "told"}, max_per_hour=5))) == set()
    policy = document()
    del policy["rules"][0]["max_per_hour"]
    assert seen(policy) == {("public_without_limit", "rules[0]")}


def test_a_change_of_a_field_nobody_named_is_an_error() -> None:
    (one,) = found(with_rules(rule(changes={"custom_fields": {"reson": "x", "360001": "y", "customfield_7": "z"}})))

    assert (one.code, one.where, one.level) == ("unknown_field", "rules[3].changes.custom_fields.reson", "error")
    assert 'did you mean "reason"?' in one.message


# Matrix


def row(issue_type: str, severity: str, **more: Any) -> Json:
    return {"issue_type": issue_type, "severity": severity, "owner": "ana", **more}


def with_row(place: int, *rows: Json) -> Json:
    policy = document()
    policy["matrix"][place:place] = rows
    return policy


def test_a_row_that_stands_twice_is_found() -> None:
    assert seen(with_row(2, row("safety", "sev1"))) == {("duplicate_row", "matrix[2]")}


def test_a_row_behind_a_wider_one_is_found() -> None:
    (one,) = found(with_row(2, row("waiting", "sev3")))

    assert (one.code, one.where, one.level) == ("shadowed_row", "matrix[2]", "error")
    assert "waiting at sev3 is never taken: matrix[1] before it takes all" in one.message
    assert seen(with_row(1, row("waiting", "sev3"))) == set()


def test_a_row_behind_several_that_together_take_all_is_found() -> None:
    narrow = [row("waiting", f"sev{n}") for n in (1, 2, 3, 4)]

    assert ("shadowed_row", "matrix[5]") in seen(with_row(1, *narrow))
    assert ("shadowed_row", "matrix[4]") not in seen(with_row(1, *narrow[:3]))
    assert ("shadowed_row", "matrix[2]") not in seen(with_row(2, row("*", "sev1")))


def test_a_row_no_rule_speaks_of_is_found() -> None:
    (one,) = found(with_row(0, row("safty", "*")))

    assert (one.code, one.where) == ("unreached_row", "matrix[0]")
    assert 'did you mean "safety"?' in one.message
    assert seen(with_row(0, row("vendor", "*"))) == {("unreached_row", "matrix[0]")}


def test_a_row_for_what_agents_request_is_reached() -> None:
    policy = with_row(0, row("wish", "sev2"))
    policy["requests"] = {"issue_type": "wish"}

    assert seen(policy) == set()


def test_a_rule_that_falls_through_to_the_last_row_is_named() -> None:
    policy = with_rules(rule(escalate={"issue_type": "Waiting", "severity": "sev2"}))

    (one,) = found(policy)

    assert (one.code, one.where) == ("catch_all", "rules[3].escalate")
    assert one.message.startswith('rule "more" escalates as Waiting at sev2')
    assert 'did you mean "waiting"?' in one.message


def test_a_matrix_of_one_row_takes_all_and_means_it() -> None:
    policy = document()
    policy["matrix"] = [row("*", "*", changes={"public_comment": "told", "internal_note": "handover", "group": "care"})]

    assert {code for code, _ in seen(policy)} == {"public_without_limit", "unused"}


def test_the_last_row_does_not_write_to_customers() -> None:
    policy = document()
    policy["matrix"][-1]["changes"] = {"public_comment": "told"}

    assert seen(policy) == {("public_catch_all", "matrix[2].changes.public_comment")}


# People and rotas


def test_a_rota_with_a_hole_is_found_with_the_ladder_that_ends_there() -> None:
    policy = document()
    policy["rotas"]["duty"]["layers"][0]["starts"] = "2026-03-09"
    (one,) = found(policy)
    assert (one.code, one.where) == ("rota_hole", "rotas.duty")
    assert "once (8% of the next 90 days), first from 2026-03-02 12:00 to 2026-03-09 09:00" in one.message

    steps = policy["ladders"]["up"]["steps"]
    steps[0]["owner"], steps[1]["owner"] = steps[1]["owner"], steps[0]["owner"]
    assert seen(policy) == {("rota_hole", "rotas.duty"), ("ends_in_nobody", "ladders.up.steps[1]")}


def test_a_rota_that_keeps_office_hours_is_told_of_once() -> None:
    policy = document()
    policy["rotas"]["duty"]["layers"][0]["calendar"] = "office"

    (one,) = found(policy)

    assert "39 times" in one.message
    assert "its calendar is closed" in one.message


def test_a_rota_whose_feed_was_not_read_is_left_alone() -> None:
    policy = document()
    policy["rotas"]["duty"] = {"feed": {"env": "DUTY_FEED"}}

    assert seen(policy) == set()


def away(since: str, until: str, **more: Any) -> Json:
    policy = document()
    policy["people"]["ana"] |= {"out_of_office": [{"from": since, "to": until}], **more}
    return policy


def test_somebody_out_of_office_without_a_deputy_is_found() -> None:
    now, soon, late = (
        away("2026-03-01", "2026-03-05"),
        away("2026-04-01", "2026-04-05"),
        away("2026-07-01", "2026-07-05"),
    )

    assert {("out_of_office", "people.ana"), ("ends_in_nobody", "matrix[2].owner")} <= seen(now)
    assert ("ends_in_nobody", "ladders.up.steps[1]") in seen(soon)
    assert ("out_of_office", "people.ana") not in seen(soon)
    assert seen(late) == set()
    assert seen(away("2026-03-01", "2026-03-05", deputy="ben")) == set()


# The rest of the file


@pytest.mark.parametrize(
    ("section", "name", "entry"),
    [
        ("people", "cora", {"name": "Cora", "ids": {}}),
        ("groups", "other", {"name": "Other", "ids": {}}),
        ("templates", "other", {"en": "Hi"}),
        ("calendars", "other", {"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}),
        ("ladders", "other", {"steps": [{"tier": "manager", "owner": "ana"}]}),
        ("rotas", "other", {"feed": {"env": "X"}}),
        ("entities", "other", {"in": ["ticket.fields.order_id"]}),
        ("fields", "other", {"ids": {}}),
    ],
)
def test_what_nothing_names_is_found(section: str, name: str, entry: Json) -> None:
    policy = document()
    policy[section][name] = entry

    assert seen(policy) == {("unused", f"{section}.{name}")}


def test_what_conducts_a_case_names_templates_people_and_calendars() -> None:
    policy = document()
    who = ("req", "may", "after", "rule", "step", "gift")
    policy["people"] |= {key: {"name": key.title(), "ids": {}} for key in who}
    texts = ("ask", "again", "hold", "which", "note", "answer", "told2", "up", "down")
    policy["templates"] |= {key: {"en": "Hi"} for key in texts}
    policy["calendars"]["day"] = {"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}
    policy["fields"] |= {key: {"ids": {}} for key in ("shown", "order")}
    before = {one.where for one in found(policy) if one.code == "unused"}
    policy |= {
        "resolution": {"ask": "ask", "remind": "again"},
        "updates": {"holding": "hold", "send_window": "day"},
        "follow_up": {"causes": {"config": "C"}, "owner": "after", "note": "note"},
        "requests": {"approval": {"by": ["req"]}},
        "exceptions": {"refund": {"by": ["gift"]}},
        "commands": {"who": {"ack": ["may"]}, "field": "order"},
        "state_fields": {"owner": "shown"},
        "known_issues": [{"name": "k", "when": TAG, "answer": "answer", "tell_customer": "told2"}],
        "problem_tickets": {"escalated": {"internal_note": "up"}, "solved": {"public_comment": "down"}},
    }
    policy["rules"][0]["approval"] = {"by": ["rule"]}
    policy["ladders"]["up"]["steps"][1] |= {
        "approval": {"by": ["step"]},
        "needs": [{"name": "order id", "ask": "which"}],
    }

    assert len(before) == len(who) + len(texts) + 1 + 2
    assert [one.where for one in found(policy) if one.code == "unused"] == []


@pytest.mark.parametrize(
    ("section", "name", "entry", "test"),
    [
        ("people", "cora", {"name": "Cora", "ids": {"acme": "7"}}, asked("ticket.assignee", "is", "7")),
        ("groups", "other", {"name": "Other", "ids": {}}, asked("ticket.group", "in", ["other"])),
        ("fields", "other", {"ids": {}}, asked("ticket.fields.other", "present")),
        ("fields", "other", {"ids": {}}, {"all": [asked("due.fields.other", "passed"), TAG]}),
        ("fields", "other", {"ids": {}},
         {"all": [TAG, asked("idle", "at_least", "1h", pause_when={"ticket.fields.other": ["x"]})]}),
    ],
)  # fmt: skip
def test_what_a_condition_names_is_used(section: str, name: str, entry: Json, test: Json) -> None:
    policy = when(test)
    policy[section][name] = entry

    assert seen(policy) == set()


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("templates", "updates", {"holding": "other"}),
        ("templates", "resolution", {"ask": "other"}),
        ("templates", "resolution", {"ask": "told", "remind": "other"}),
        ("templates", "follow_up", {"causes": {"code": "A fault"}, "note": "other"}),
        ("calendars", "updates", {"send_window": "other"}),
        ("people", "requests", {"approval": {"by": ["other"]}}),
        ("people", "commands", {"who": {"ack": ["other"]}}),
    ],
)
def test_what_the_conduct_of_cases_names_is_used(section: str, key: str, value: Json) -> None:
    policy = document()
    policy[section]["other"] = {
        "templates": "Hi",
        "calendars": {"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}},
        "people": {"name": "Cora", "ids": {"acme": "7"}},
    }[section]
    policy[key] = value

    assert ("unused", f"{section}.other") not in seen(policy)


def test_the_question_of_a_hand_off_criterion_is_used() -> None:
    policy = document()
    policy["templates"]["which"] = "Which order?"
    need = {"name": "order", "ask": "which"}
    policy["ladders"]["up"] = {"steps": [{"tier": "manager", "owner": "ana", "needs": [need]}]}

    assert ("unused", "templates.which") not in seen(policy)


def test_a_text_that_lacks_a_language_of_others_is_found() -> None:
    policy = document()
    policy["templates"]["told"]["pt-BR"] = "Olá"

    (one,) = found(policy)

    assert (one.code, one.where) == ("language_missing", "templates.handover")
    policy["templates"]["handover"]["pt"] = "Para {{ owner.name }}"
    assert seen(policy) == set()


def test_entries_without_an_id_on_a_connection_are_found() -> None:
    policy = document()
    policy["people"]["ben"]["ids"] = {"other": "1"}
    policy["groups"]["care"]["ids"] = {}
    policy["fields"]["reason"]["ids"] = {}

    assert seen(policy, connections=["acme"]) == {
        ("id_missing", "people.ben.ids"),
        ("id_missing", "groups.care.ids"),
        ("id_missing", "fields.reason.ids"),
    }
    assert seen(policy) == set()


def test_a_thousand_rules_are_looked_at_in_good_time() -> None:
    rules = [
        rule(
            f"r{n}",
            when={
                "all": [asked("ticket.form", "is", str(n)), {"any": [TAG, asked("idle", "at_least", f"{n % 9 + 1}h")]}]
            },
            changes={"priority": ("low", "high")[n % 2]},
        )
        for n in range(1000)
    ]
    policy = with_rules(*rules)

    started = time.process_time()
    assert seen(policy) == set()

    assert time.process_time() - started < 4  # a second, and what a busy machine takes besides; compiling included


def _asks(*owners: object, **people: Json) -> Json:
    """Return the policy with a ladder that asks these, then the admin; `people` are told more of."""
    policy = document()
    times = {"acknowledge_within": "15m", "work_within": "4h"}
    steps = [{"tier": "frontline", "owner": owner, **times} for owner in (*owners, "ana")]
    policy["ladders"]["up"]["steps"] = steps
    policy["matrix"][0]["owner"] = {"rota": "duty"}
    policy["people"] = {key: {**one, **people.get(key, {})} for key, one in policy["people"].items()}
    return policy


FIRST = "ladders.up.steps[0].owner"


@pytest.mark.parametrize(
    ("owner", "code", "place"),
    [
        ({"round_robin": ["ana", "ben"]}, None, ""),
        ({"round_robin": ["ben"]}, "list_of_one", f"{FIRST}.round_robin"),
        ({"least_loaded": {"skills": ["payments"]}}, "list_of_one", f"{FIRST}.least_loaded"),
        ({"least_loaded": {"skills": ["payments", "safety"]}}, "nobody_fits", f"{FIRST}.least_loaded"),
        ({"least_loaded": {"skills": ["payments"], "language": "en"}}, "nobody_fits", f"{FIRST}.least_loaded"),
        ({"least_loaded": {"language": "requester"}}, None, ""),
    ],
)
def test_an_owner_chosen_among_nobody_or_one_is_found(owner: object, code: str | None, place: str) -> None:
    policy = _asks(owner, ben={"skills": ["payments"], "language": "pt"}, ana={"skills": ["safety"], "language": "en"})

    assert seen(policy) - {("ends_in_nobody", "matrix[0].owner")} == ({(code, place)} if code else set())


@pytest.mark.parametrize(
    ("owners", "people", "place"),
    [
        (("ben", {"manager_of": "owner"}), {"ben": {"manager": "ana"}}, None),
        (("ben", {"manager_of": "owner"}), {}, "ladders.up.steps[1].owner"),
        (({"round_robin": ["ana", "ben"]}, {"manager_of": "owner"}), {"ben": {"manager": "ana"}}, "1"),
        (({"rota": "duty"}, {"manager_of": "owner"}), {}, "1"),
        (({"manager_of": "ben"},), {}, "0"),
        (({"manager_of": "ben"}, {"manager_of": "owner"}), {"ben": {"manager": "ana"}}, None),
    ],
)
def test_a_manager_of_nobody_is_found(owners: tuple[object, ...], people: Json, place: str | None) -> None:
    codes = {code for code, _ in seen(_asks(*owners, **people))}

    assert ("no_manager" in codes) == (place is not None)


def test_whoever_leads_a_group_or_fits_a_skill_is_used() -> None:
    policy = _asks({"least_loaded": {"skills": ["payments"]}}, {"lead_of": "care"})
    policy["people"]["cara"] = {"name": "Cara", "ids": {"acme": "103"}, "skills": ["payments"]}
    policy["people"]["dan"] = {"name": "Dan", "ids": {"acme": "104"}, "skills": ["payments"]}
    policy["people"]["eva"] = {"name": "Eva", "ids": {"acme": "105"}}
    policy["people"]["fay"] = {"name": "Fay", "ids": {"acme": "106"}}
    policy["groups"]["care"]["lead"] = "fay"

    assert ("unused", "people.eva") in seen(policy)
    assert not {("unused", f"people.{key}") for key in ("cara", "dan", "fay")} & seen(policy)


def test_a_ladder_that_ends_in_a_list_of_which_all_are_away_is_found() -> None:
    away = {"out_of_office": [{"from": "2026-03-10", "to": "2026-03-12"}]}
    policy = _asks({"round_robin": ["ana", "ben"]}, ana=away, ben=away)
    policy["ladders"]["up"]["steps"].pop()

    assert ("ends_in_nobody", "ladders.up.steps[0]") in seen(policy)
