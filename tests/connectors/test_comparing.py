"""What is wanted, what is there and what we made become steps."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import comparing
from connectors.provisions import Facts, Found, Made, Step, Thing, Verb, Wish, digest, resolved

NAMES = {"macro": "macro", "hook": "webhook", "sla": "SLA policy"}


def wish(key: str = "ack", *, kind: str = "macro", facts: Facts | None = None, first: bool = False) -> Wish:
    fixed = frozenset({"way"})
    facts = {"title": f"Escalation: {key}", "active": True} if facts is None else facts
    return Wish(kind=kind, key=key, what=NAMES[kind], name=f"Escalation: {key}", facts=facts, fixed=fixed, first=first)


def thing(id_: str = "1", *, of: Wish | None = None, marked: bool | None = True, **facts: object) -> Thing:
    of = of or wish()
    return Thing(kind=of.kind, id=id_, name=of.name, facts={**of.facts, **facts}, marked=marked)


def made(id_: str | None = "1", *, of: Wish | None = None, adopted: bool = False, **found: object) -> Made:
    of = of or wish()
    facts = {**of.facts, **found}
    wrote, seen = (digest(of.facts), digest(facts)) if id_ else ("", "")
    return Made(kind=of.kind, key=of.key, name=of.name, id=id_, wrote=wrote, found=seen, adopted=adopted)


def found(*things: Thing, kinds: tuple[str, ...] = ("macro", "hook", "sla")) -> Found:
    return Found(things={kind: [one for one in things if one.kind == kind] for kind in kinds})


def only(steps: tuple[Step, ...]) -> Step:
    (step,) = steps
    return step


def test_what_is_not_there_is_made() -> None:
    step = only(comparing.plan([wish()], found(), []))

    assert (step.verb, step.id, step.facts) == (Verb.CREATE, None, wish().facts)
    assert step.lines == (("+", 'title: "Escalation: ack"'), ("+", "active: true"))
    assert step.acts
    json.dumps(asdict(step))


def test_what_is_as_it_should_be_is_left() -> None:
    step = only(comparing.plan([wish()], found(thing()), [made()]))

    assert (step.verb, step.id, step.question, step.record) == (Verb.LEAVE, "1", "", False)
    assert not step.acts


def test_what_the_helpdesk_wrote_otherwise_than_asked_is_left_too() -> None:
    there = thing(active="yes, it is")

    step = only(comparing.plan([wish()], found(there), [made(active="yes, it is")]))

    assert step.verb is Verb.LEAVE


def test_what_nobody_has_looked_at_since_it_was_made_was_changed_by_nobody() -> None:
    new = replace(made(), found="")
    there = found(thing(active="yes, it is"))

    left = only(comparing.plan([wish()], there, [new]))
    gone = only(comparing.undo([new], there, NAMES))

    assert (left.verb, left.question, left.record) == (Verb.LEAVE, "", True)
    assert gone.verb is Verb.REMOVE


def test_what_the_policy_wants_otherwise_now_is_changed() -> None:
    before = wish(facts={"title": "Escalation: ack", "active": False})

    step = only(comparing.plan([wish()], found(thing(of=before)), [made(of=before)]))

    assert (step.verb, step.id) == (Verb.CHANGE, "1")
    assert step.lines == (("-", "active: false"), ("+", "active: true"))


def test_a_thing_is_found_by_its_id_under_any_name() -> None:
    renamed = Thing(kind="macro", id="1", name="Mine", facts=thing().facts)

    assert only(comparing.plan([wish()], found(renamed), [made()])).verb is Verb.LEAVE


def test_what_people_changed_is_left_until_somebody_agrees() -> None:
    there = found(thing(active=False))

    left = only(comparing.plan([wish()], there, [made()]))
    agreed = only(comparing.plan([wish()], there, [made()], agreed=["macro:ack"]))

    assert (left.verb, left.question) == (Verb.LEAVE, "somebody changed it since; write it anew?")
    assert left.lines == (("-", "active: false"), ("+", "active: true"))
    assert agreed.verb is Verb.CHANGE


def test_what_people_changed_into_what_is_wanted_is_written_down_again() -> None:
    before = wish(facts={"title": "Escalation: ack", "active": False})

    step = only(comparing.plan([wish()], found(thing()), [made(of=before)]))

    assert (step.verb, step.question, step.record) == (Verb.LEAVE, "", True)


def test_what_has_our_name_and_is_not_ours_is_left_until_somebody_agrees() -> None:
    there = found(thing("7", active=False))

    left = only(comparing.plan([wish()], there, []))
    taken = only(comparing.plan([wish()], there, [], agreed=["macro:ack"]))

    assert left.verb is Verb.LEAVE
    assert left.question == "it has our name, but we did not make it; take it over?"
    assert (taken.verb, taken.id, taken.adopted) == (Verb.CHANGE, "7", True)


def test_what_is_taken_over_as_it_is_is_written_down_alone() -> None:
    step = only(comparing.plan([wish()], found(thing("7")), [], agreed=["macro:ack"]))

    assert (step.verb, step.record, step.adopted) == (Verb.LEAVE, True, True)


@pytest.mark.parametrize("marked", [True, None])
def test_what_we_began_and_is_there_with_our_mark_is_ours(marked: bool | None) -> None:
    step = only(comparing.plan([wish()], found(thing("7", marked=marked)), [made(None)]))

    assert (step.verb, step.id, step.record, step.adopted) == (Verb.LEAVE, "7", True, False)
    assert step.question == ""


def test_what_we_began_and_is_there_without_our_mark_is_somebody_elses() -> None:
    step = only(comparing.plan([wish()], found(thing("7", marked=False)), [made(None)]))

    assert step.question


def test_of_two_of_one_name_the_one_with_our_mark_is_meant() -> None:
    there = found(thing("6", marked=False), thing("7"))

    assert only(comparing.plan([wish()], there, [made(None)])).id == "7"


def test_what_somebody_removed_is_made_anew() -> None:
    step = only(comparing.plan([wish()], found(), [made()]))

    assert (step.verb, step.why) == (Verb.CREATE, "it is gone, and made anew")


def test_what_may_not_be_seen_is_left_out() -> None:
    assert comparing.plan([wish()], found(kinds=("hook",)), []) == ()


def test_what_cannot_be_changed_is_replaced() -> None:
    before, after = (wish("w", kind="hook", facts={"way": way}) for way in ("events", "trigger"))

    steps = comparing.plan([after], found(thing(of=before)), [made(of=before)])

    assert [(step.verb, step.id) for step in steps] == [(Verb.REMOVE, "1"), (Verb.CREATE, None)]
    assert steps[0].why == "its way cannot be changed: another takes its place"


def test_what_cannot_be_changed_and_is_not_ours_is_left() -> None:
    before, after = (wish("w", kind="hook", facts={"way": way}) for way in ("events", "trigger"))

    step = only(comparing.plan([after], found(thing(of=before)), [made(of=before, adopted=True)]))

    assert (step.verb, step.why) == (Verb.LEAVE, "its way cannot be changed, and it is not ours to remove")


def test_an_id_stands_where_it_is_known_and_its_place_where_it_is_not() -> None:
    hook = wish("w", kind="hook", facts={"way": "trigger"})
    told = wish(facts={"actions": [["made:hook:w", "x"]]})

    known = comparing.plan([hook, told], found(thing("9", of=hook)), [made("9", of=hook)])
    begun = comparing.plan([hook, told], found(thing("9", of=hook)), [made(None, of=hook)])
    unknown = comparing.plan([hook, told], found(), [])

    assert known[1].facts == begun[1].facts == {"actions": [["9", "x"]]}
    assert unknown[1].facts == told.facts
    assert unknown[1].needs == frozenset({"hook:w"})
    assert resolved(unknown[1].facts, {"hook:w": "9"}) == known[1].facts


def test_what_refers_to_something_replaced_is_changed() -> None:
    before, after = (wish("w", kind="hook", facts={"way": way}) for way in ("events", "trigger"))
    told = wish(facts={"actions": {"to": "made:hook:w"}})
    there = found(thing("9", of=before), Thing(kind="macro", id="1", name=told.name, facts={"actions": {"to": "9"}}))
    mine = Made(kind="macro", key="ack", name=told.name, id="1", wrote="x", found=digest({"actions": {"to": "9"}}))

    steps = comparing.plan([after, told], there, [made("9", of=before), mine])

    assert [step.verb for step in steps] == [Verb.REMOVE, Verb.CREATE, Verb.CHANGE]
    assert steps[2].needs == frozenset({"hook:w"})


def test_what_nobody_wishes_for_any_more_is_dropped_in_order() -> None:
    hook, ack, gone = wish("w", kind="hook"), wish(), wish("old")
    mine = [made("1", of=ack), made("2", of=hook), made("3", of=gone)]
    there = found(thing("1", of=ack), thing("2", of=hook), thing("3", of=gone))

    steps = comparing.dropped([ack], there, mine, NAMES, kinds=("hook", "macro"))

    assert [(step.verb, step.id) for step in steps] == [(Verb.REMOVE, "2"), (Verb.REMOVE, "3")]


@pytest.mark.parametrize(
    ("record", "there", "verb", "why"),
    [
        (made(), thing(), Verb.REMOVE, "made by us"),
        (made(), None, Verb.FORGET, "it is gone already"),
        (made(None), None, Verb.FORGET, "it never came to be"),
        (made(None), thing("7"), Verb.REMOVE, "made by us"),
        (made(None), thing("7", marked=False), Verb.FORGET, "it never came to be"),
        (made(), thing("7"), Verb.FORGET, "it is gone already"),
        (made(adopted=True), thing(), Verb.FORGET, "it was there before us: left as it is"),
        (made(), thing(active=False), Verb.LEAVE, "somebody changed it since: left as it is"),
    ],
)
def test_only_what_is_ours_is_taken_down(record: Made, there: Thing | None, verb: Verb, why: str) -> None:
    step = only(comparing.undo([record], found(*([there] if there else [])), NAMES))

    assert (step.verb, step.why) == (verb, why)


def test_what_people_changed_is_taken_down_when_somebody_agrees() -> None:
    step = only(comparing.undo([made()], found(thing(active=False)), NAMES, agreed=["macro:ack"]))

    assert step.verb is Verb.REMOVE


def test_what_may_not_be_seen_is_not_forgotten() -> None:
    assert comparing.undo([made()], found(kinds=()), NAMES) == ()


SLA = wish("sev1", kind="sla", first=True)
OTHER = Thing(kind="sla", id="5", name="Everyone", facts={})


def ordered(*things: Thing, mine: list[Made]) -> tuple[Step, ...]:
    there = found(*things)
    return comparing.order([SLA], comparing.plan([SLA], there, mine), there, name="SLA policies")


def test_what_must_be_first_is_put_before_the_others() -> None:
    new = only(ordered(OTHER, mine=[]))
    late = only(ordered(OTHER, thing("8", of=SLA), mine=[made("8", of=SLA)]))

    assert new.facts == {"ids": ["made:sla:sev1", "5"]}
    assert new.needs == frozenset({"sla:sev1"})
    assert late.facts == {"ids": ["8", "5"]}
    assert new.lines == (("+", "first Escalation: sev1"), ("+", "then, as now, Everyone"))


def test_an_order_that_is_right_stays() -> None:
    assert ordered(thing("8", of=SLA), OTHER, mine=[made("8", of=SLA)]) == ()
    assert ordered(thing("8", of=SLA), mine=[made("8", of=SLA)]) == ()
    assert ordered(thing("8", of=SLA, active=False), OTHER, mine=[]) == ()  # not ours


def test_differences_are_told_in_words_where_these_differ() -> None:
    def show(name: str, value: object) -> str | None:
        return None if name == "title" else "always the same" if name == "active" else f"<{value}>"

    before = wish(facts={"title": "a", "active": True, "note": "x"})
    after = wish(facts={"title": "b", "active": False, "note": "y"})

    changed = only(comparing.plan([after], found(thing(of=before)), [made(of=before)], show=show))
    new = only(comparing.plan([after], found(), [], show=show))

    assert changed.lines == (
        *(("-", 'title: "a"'), ("+", 'title: "b"')),
        *(("-", "active: true"), ("+", "active: false")),
        *(("-", "note: <x>"), ("+", "note: <y>")),
    )
    assert new.lines == (("+", "active: always the same"), ("+", "note: <y>"))


_facts = st.dictionaries(st.sampled_from(["title", "active", "way"]), st.booleans(), min_size=3)


@given(wanted=_facts, there=st.none() | _facts, wrote=_facts, mine=st.sampled_from(["no", "begun", "yes"]))
def test_what_was_carried_out_leaves_nothing_to_do(
    wanted: dict[str, object], there: dict[str, object] | None, wrote: dict[str, object], mine: str
) -> None:
    one = wish(facts=wanted)
    before = found(*([thing(of=wish(facts=there))] if there is not None else []))
    known = {"no": [], "begun": [made(None)], "yes": [made(of=wish(facts=wrote))]}[mine]

    last = comparing.plan([one], before, known, agreed=[one.ref])[-1]
    adopted = last.adopted
    after = comparing.plan([one], found(thing(of=one)), [made(of=one, adopted=adopted)])

    if last.why != "its way cannot be changed, and it is not ours to remove":
        assert last.verb in (Verb.CREATE, Verb.CHANGE, Verb.LEAVE)
    assert only(after).verb is Verb.LEAVE
    assert not only(after).question
