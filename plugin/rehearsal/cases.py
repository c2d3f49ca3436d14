"""A test file becomes values, or every mistake in it at once.

Rule 1: the file has passed `schemas/policy-test.schema.json`; what is checked here is what a schema cannot say.
Rule 2: a case's clock stands where its steps have brought it: each step knows its instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any as Json

from connectors.model import Status
from plugin.core.model import Reason
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.rehearsal.helpdesk import Actor
from plugin.rehearsal.stories import MAIN, Arrives, Changes, Comments, Deed, Goes, Releases, Step, Story, Suite
from plugin.rehearsal.tickets import arrival, requester, slas
from plugin.rehearsal.words import Words, busiest_connection, with_ids

#: When a case begins that does not say: a Monday morning.
STARTS = "2026-03-02T09:00"
_ABOUT_RULES = ("acted", "did_not_act", "outranked", "shadow", "held")
_INSTANTS = ("next_timer", "rule_timer", "next_update")
#: Of a step, what happens; one of these at most.
DEEDS = ("customer_comments", "agent_comments", "change", "another_ticket", "merged_into", "deleted", "released")


def read_suite(document: Mapping[str, Json], policy: Policy, *, title: str) -> Suite:
    """Return the cases of a file about a policy, or raise Problems with every mistake found."""
    found: list[Problem] = []
    connection = document.get("connection") or busiest_connection(policy)
    words = Words(
        policy=with_ids(policy, connection),
        connection=connection,
        agents=document.get("agents", ()),
        groups=document.get("groups", ()),
        says=lambda where, message: found.append(Problem(where=where, message=message)),
    )
    cases = document["cases"]
    stories = tuple(_Reader(words, document, f"cases[{i}]", case).story() for i, case in enumerate(cases))
    for i, case in enumerate(cases):
        if any(case["name"] == other["name"] for other in cases[:i]):
            words.says(f"cases[{i}].name", f'"{case["name"]}" is already the name of another case')
    if found:
        raise Problems(title, dict.fromkeys(found))
    return Suite(policy=words.policy, connection=connection, stories=stories)


class _Reader:
    """Reads one case, step by step."""

    def __init__(self, words: Words, document: Mapping[str, Json], where: str, case: Mapping[str, Json]) -> None:
        self._words, self._where, self._case = words, where, case
        self._ticket: Mapping[str, Json] = document.get("ticket", {})
        self._now = words.instant(f"{where}.starts", case.get("starts", document.get("starts", STARTS)))
        self._customers: dict[str, str] = {}

    def story(self) -> Story:
        """Return the case; a first step in which nothing happens is about the ticket's arrival."""
        starts = self._now
        arrives = self._arrives(f"{self._where}.ticket", self._case.get("ticket", {}), MAIN)
        told = enumerate(self._case["steps"])
        first, *rest = (self._step(f"{self._where}.steps[{i}]", i + 1, step) for i, step in told)
        if first.at == starts and not first.deeds:
            steps = [replace(first, deeds=(arrives,), told=first.told or "the ticket arrives"), *rest]
        else:
            steps = [Step(number=0, at=starts, on=MAIN, deeds=(arrives,), told="the ticket arrives"), first, *rest]
        return Story(name=self._case["name"], steps=tuple(steps))

    def _arrives(self, where: str, told: Mapping[str, Json], name: str) -> Arrives:
        if name in self._customers:
            self._words.says(where, f'"{name}" is already the name of a ticket')
        whole = {**self._ticket, **told}
        self._customers[name] = requester(whole).id
        return Arrives(arrival=arrival(self._words, where, whole, name, self._now), by=self._actor(where, name))

    def _actor(self, where: str, ticket: str, word: str = "customer") -> Actor:
        return self._words.actor(f"{where}.by", word, self._customers.get(ticket, ""))

    def _step(self, where: str, number: int, told: Mapping[str, Json]) -> Step:
        self._move_clock(where, told)
        on = told.get("on", MAIN)
        self._known_ticket(f"{where}.on", on)
        given = [key for key in DEEDS if key in told]
        if len(given) > 1:
            self._words.says(where, f"{' and '.join(given)}: one thing happens in a step; make two of it")
        deeds = tuple(self._deed(where, key, told, on) for key in given[:1])
        about = told["another_ticket"]["name"] if "another_ticket" in told and "on" not in told else on
        return Step(
            number=number,
            at=self._now,
            on=about,
            deeds=deeds,
            expect=self._expect(f"{where}.expect", told.get("expect", {})),
            told=told.get("description") or _told(told, given),
        )

    def _move_clock(self, where: str, told: Mapping[str, Json]) -> None:
        if "at" in told and "after" in told:
            self._words.says(where, 'found both "at" and "after", expected one of them')
        elif "at" in told:
            at = self._words.instant(f"{where}.at", told["at"])
            if at < self._now:
                self._words.says(f"{where}.at", "lies before the step before it; a clock does not go back")
            self._now = max(at, self._now)
        elif "after" in told:
            self._now += self._words.length(f"{where}.after", told["after"])

    def _known_ticket(self, where: str, name: str) -> None:
        if name not in self._customers:
            self._words.says(where, unknown_word(name, self._customers, what="ticket"))

    def _deed(self, where: str, key: str, told: Mapping[str, Json], on: str) -> Deed:
        by = self._actor(where, on, told.get("by", "customer" if key == "customer_comments" else "agent"))
        if key in ("customer_comments", "agent_comments"):
            public = key == "customer_comments" or told.get("public", True)
            return Comments(text=told[key], public=public, by=by)
        if key == "change":
            return self._changes(f"{where}.change", told["change"], by)
        if key == "another_ticket":
            other = told["another_ticket"]
            return self._arrives(f"{where}.another_ticket.ticket", other.get("ticket", {}), other["name"])
        if key == "released":
            self._words.rules(where, [told["released"]])
            return Releases(rule=told["released"])
        if key == "merged_into":
            self._known_ticket(f"{where}.merged_into", told["merged_into"])
        return Goes(merged_into=told.get("merged_into"), by=by)

    def _changes(self, where: str, told: Mapping[str, Json], by: Actor) -> Changes:
        words = self._words
        values: dict[str, object] = {key: told[key] for key in ("priority", "type") if key in told}
        values |= {"status": Status(told["status"])} if "status" in told else {}
        values |= {"group_id": words.group(f"{where}.group", told["group"])} if "group" in told else {}
        values |= {"assignee_id": words.person(f"{where}.assignee", told["assignee"])} if "assignee" in told else {}
        values |= {"due_at": words.instant(f"{where}.due_at", told["due_at"])} if "due_at" in told else {}
        values |= {"slas": slas(words, f"{where}.slas", told["slas"])} if "slas" in told else {}
        custom = words.fields(f"{where}.fields", told.get("fields", {}))
        return Changes(
            values=values | {f"fields.{field_id}": value for field_id, value in custom.items()},
            add_tags=frozenset(told.get("add_tags", ())),
            remove_tags=frozenset(told.get("remove_tags", ())),
            by=by,
        )

    def _expect(self, where: str, told: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return what is expected with its instants read; every word in it is one that can come."""
        words = self._words
        for key in _ABOUT_RULES:
            words.rules(f"{where}.{key}", told.get(key, ()))
        if (reason := told.get("reason")) and reason not in list(Reason):
            words.says(f"{where}.reason", unknown_word(reason, list(Reason), what="reason"))
        words.person(f"{where}.owner", told.get("owner"))
        for part in ("changes", "ticket"):
            self._expected_words(f"{where}.{part}", told.get(part, {}))
        return {
            key: words.instant(f"{where}.{key}", value) if key in _INSTANTS and value else value
            for key, value in told.items()
        }

    def _expected_words(self, where: str, told: Mapping[str, Json] | str) -> None:
        if isinstance(told, str):
            return
        self._words.person(f"{where}.assignee", told.get("assignee"))
        self._words.group(f"{where}.group", told.get("group"))
        self._words.fields(f"{where}.fields", told.get("fields", {}))
        for i, person in enumerate(told.get("followers", ())):
            self._words.person(f"{where}.followers[{i}]", person)


def _told(told: Mapping[str, Json], given: list[str]) -> str:
    """Say in a few words what a step is."""
    when = f"after {told['after']}" if "after" in told else ""
    return ", ".join([part for part in (when, *(key.replace("_", " ") for key in given)) if part])
