"""What is wanted, what is there and what we made become steps.

Rule 1: pure; the same three give the same steps, and what is done is these steps and no others.
Rule 2: a thing is looked for by the id we kept, then by its exact name.
Rule 3: what has our name and is not ours, and what people changed since we wrote it, is left until somebody agrees.
Rule 4: a thing that we began to make, and that is there with our name and mark, is ours: the answer got lost, no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.provisions import MADE, Facts, Found, Made, Step, Thing, Verb, Wish, digest, resolved

#: A fact's name and value in words; None: it needs none, unless it differs.
Show = Callable[[str, object], str | None]


def as_json(_: str, value: object) -> str:
    """Show a fact as JSON."""
    return json.dumps(value, ensure_ascii=False)


def plan(
    wishes: Sequence[Wish],
    found: Found,
    made: Sequence[Made],
    *,
    agreed: Collection[str] = (),
    show: Show = as_json,
) -> tuple[Step, ...]:
    """Return what makes things as wished, in the order in which it can be done.

    `agreed` names the questions that somebody said yes to. What we may not see is left out.
    """
    return tuple(_steps(wishes, _Known.of(found, made, show), frozenset(agreed)))


def dropped(
    wishes: Sequence[Wish],
    found: Found,
    made: Sequence[Made],
    names: Mapping[str, str],
    *,
    kinds: Sequence[str],
    agreed: Collection[str] = (),
) -> tuple[Step, ...]:
    """Return what removes things of some kinds, in their order, that we made and nobody wishes for any more."""
    wanted = {wish.ref for wish in wishes}
    idle = [one for one in made if one.ref not in wanted and one.kind in kinds]
    idle.sort(key=lambda one: kinds.index(one.kind))
    return undo(idle, found, names, agreed=agreed, why="not wanted any more")


def undo(
    made: Sequence[Made],
    found: Found,
    names: Mapping[str, str],
    *,
    agreed: Collection[str] = (),
    why: str = "made by us",
) -> tuple[Step, ...]:
    """Return what takes down everything that we made, and nothing else; in the order given."""
    known = _Known.of(found, made)
    return tuple(
        _undone(one, known, names[one.kind], one.ref in agreed, why) for one in made if one.kind in found.things
    )


@dataclass(frozen=True, slots=True)
class _Known:
    things: Mapping[str, Sequence[Thing]]
    made: Mapping[str, Made]
    ids: Mapping[str, str]
    show: Show

    @classmethod
    def of(cls, found: Found, made: Sequence[Made], show: Show = as_json) -> _Known:
        there = {(thing.kind, thing.id) for things in found.things.values() for thing in things}
        ids = {one.ref: one.id for one in made if one.id and (one.kind, one.id) in there}
        return cls(things=found.things, made={one.ref: one for one in made}, ids=ids, show=show)

    def thing(self, record: Made | None, kind: str, name: str) -> tuple[Thing | None, bool]:
        """Return the thing, and whether it is ours."""
        there = self.things[kind]
        kept = next((one for one in there if record and record.id == one.id), None)
        if kept is not None:
            return kept, True
        same = sorted((one for one in there if one.name == name), key=lambda one: one.marked is False)
        if not same:
            return None, False
        return same[0], record is not None and record.id is None and same[0].marked is not False

    def after(self, step: Step) -> _Known:
        """Return what is known of ids once a step is done; of what is made the id is not."""
        others = {ref: id_ for ref, id_ in self.ids.items() if ref != step.ref}
        if step.id is None or step.verb not in (Verb.LEAVE, Verb.CHANGE) or step.question:
            return replace(self, ids=others)
        return replace(self, ids=others | {step.ref: step.id})


def _steps(wishes: Sequence[Wish], known: _Known, agreed: frozenset[str]) -> Iterator[Step]:
    for wish in wishes:
        if wish.kind in known.things:
            for step in _for_one(wish, known, agreed):
                known = known.after(step)
                yield step


def _for_one(wish: Wish, known: _Known, agreed: frozenset[str]) -> Iterator[Step]:
    record = known.made.get(wish.ref)
    thing, ours = known.thing(record, wish.kind, wish.name)
    facts = resolved(wish.facts, known.ids)
    if thing is None:
        gone = "it is gone, and made anew" if record and record.id else ""
        yield replace(_step(Verb.CREATE, wish, facts=facts, lines=_all(facts, known.show)), why=gone)
        return
    step = _step(Verb.LEAVE, wish, id=thing.id, facts=facts)
    if not ours and wish.ref not in agreed:
        said = "it has our name, but we did not make it"
        yield replace(step, why=f"{said}: left as it is", question=f"{said}; take it over?")
        return
    ours_now = replace(step, adopted=not ours or bool(record and record.adopted))
    yield from _for_there(wish, ours_now, thing, record if ours else None, known.show, agreed=wish.ref in agreed)


def _for_there(
    wish: Wish, step: Step, thing: Thing, record: Made | None, show: Show, *, agreed: bool
) -> Iterator[Step]:
    """Return what is to be done with a thing that is ours, or becomes it."""
    step = replace(step, record=record is None or record.id is None)
    there, wrote = digest(thing.facts), digest(step.facts)
    as_left = record is not None and record.found in ("", there)
    if thing.facts == step.facts or (record and as_left and record.wrote == wrote):
        told = "it is as it should be" if record and record.id else "it is there already"
        yield replace(step, why=told, record=step.record or (record is not None and record.found != there))
    elif record and record.id and not as_left and not agreed:
        said = "somebody changed it since"
        lines = _differences(thing.facts, step.facts, show)
        yield replace(step, lines=lines, why=f"{said}: left as it is", question=f"{said}; write it anew?")
    elif moved := sorted(name for name in wish.fixed if thing.facts.get(name) != step.facts.get(name)):
        if step.adopted:
            yield replace(step, why=f"its {', '.join(moved)} cannot be changed, and it is not ours to remove")
            return
        why = f"its {', '.join(moved)} cannot be changed: another takes its place"
        yield replace(step, verb=Verb.REMOVE, facts={}, lines=(), why=why, adopted=False, essential=False)
        yield replace(step, verb=Verb.CREATE, id=None, lines=_all(step.facts, show), adopted=False)
    else:
        yield replace(step, verb=Verb.CHANGE, lines=_differences(thing.facts, step.facts, show))


def order(wishes: Sequence[Wish], steps: Sequence[Step], found: Found, *, name: str) -> tuple[Step, ...]:
    """Return what moves things that must be first before the others of their kind; nothing where they are."""
    first = [wish for wish in wishes if wish.first]
    by_ref = {step.ref: step for step in steps if step.verb is not Verb.REMOVE}
    ours = [by_ref[wish.ref] for wish in first if wish.ref in by_ref and not by_ref[wish.ref].question]
    if not ours:
        return ()
    kind, ids = ours[0].kind, [step.id or f"{MADE}{step.ref}" for step in ours]
    others = [thing for thing in found.things[kind] if thing.id not in ids]
    now = [thing.id for thing in found.things[kind]]
    if not others or now[: len(ids)] == ids:
        return ()
    wanted = [*ids, *(thing.id for thing in others)]
    before, after = (", ".join(one.name for one in some) for some in (ours, others))
    lines = (("+", f"first {before}"), ("+", f"then, as now, {after}"))
    facts, what = {"ids": wanted}, "the order of"
    return (Step(verb=Verb.ORDER, kind=kind, key="order", what=what, name=name, facts=facts, lines=lines),)


def _undone(one: Made, known: _Known, what: str, agreed: bool, why: str) -> Step:
    step = Step(verb=Verb.FORGET, kind=one.kind, key=one.key, what=what, name=one.name, id=one.id)
    thing, ours = known.thing(one, one.kind, one.name)
    if thing is None or not ours:
        told = "it is gone already" if one.id else "it never came to be"
        return replace(step, why=told)
    if one.adopted:
        return replace(step, why="it was there before us: left as it is")
    if one.id and one.found not in ("", digest(thing.facts)) and not agreed:
        said = "somebody changed it since"
        return replace(step, verb=Verb.LEAVE, why=f"{said}: left as it is", question=f"{said}; remove it all the same?")
    return replace(step, verb=Verb.REMOVE, id=thing.id, why=why)


def _step(verb: Verb, wish: Wish, **rest: object) -> Step:
    whole = {"kind": wish.kind, "key": wish.key, "what": wish.what, "name": wish.name, "essential": wish.essential}
    return Step(verb=verb, **whole, **rest)  # type: ignore[arg-type]  # the fields of one value in two halves


def _all(facts: Facts, show: Show) -> tuple[tuple[str, str], ...]:
    told = ((name, show(name, value)) for name, value in facts.items())
    return tuple(("+", f"{name}: {words}") for name, words in told if words is not None)


def _differences(there: Facts, wanted: Facts, show: Show) -> tuple[tuple[str, str], ...]:
    names = [name for name in wanted if there.get(name) != wanted[name]]
    pairs = ((name, *_told(name, there.get(name), wanted[name], show)) for name in names)
    return tuple((sign, f"{name}: {words}") for name, was, now in pairs for sign, words in (("-", was), ("+", now)))


def _told(name: str, was: object, now: object, show: Show) -> tuple[str, str]:
    """Return both values in words, where those differ."""
    words = show(name, was), show(name, now)
    if None in words or words[0] == words[1]:
        return as_json(name, was), as_json(name, now)
    return str(words[0]), str(words[1])
