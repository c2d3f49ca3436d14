"""Conditions of a policy document: `{field, operator, value}` and what combines them.

Rule 1: a test is checked for what it can never mean: an operator that does not fit the field, a value of a wrong kind.
Rule 2: words, patterns and shares are made ready here, so that judging a ticket only compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any as Json

from plugin.core import vocabulary
from plugin.core.clocks import PLAIN, Share, Timing
from plugin.core.compiling.checker import Checker
from plugin.core.compiling.closed_sets import no_tags, strangers
from plugin.core.conditions import All, Any, Condition, Nothing, Test
from plugin.core.durations import duration, signed_duration
from plugin.core.facts import CLOCKS, DUE_FIELDS, DUE_TICKET, FIELDS, OPEN_PREFIXES, SLA, SLA_FACTS
from plugin.core.names import is_id
from plugin.core.operators import CHANGES, DEADLINES, NAMES, UNARY, is_number
from plugin.core.policy import MatrixRow, Policy
from plugin.core.problems import unknown_word
from plugin.core.recurrence import Pattern, Recurrence
from plugin.core.texts.mentions import Matcher, mistake

_COMBINATIONS: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": All, "any": Any, "none": Nothing}
_COMPARING = ("at_least", "at_most", "more_than", "less_than")
_LISTS = ("in", "not_in", "contains_any", "contains_all", "contains_none")
_WORDS, _PATTERNS = ("mentions", "mentions_none"), ("matches", "matches_none")
_BOOLEANS: Mapping[tuple[str, bool], str] = {
    ("is", True): "passed",
    ("is", False): "not_passed",
    ("is_not", True): "not_passed",
    ("is_not", False): "passed",
}
_SHARE = re.compile(r"\s*(\d{1,4}(?:\.\d{1,3})?)\s*%\s*")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the condition of one rule."""

    checker: Checker
    policy: Policy  #: As far as it is compiled: fields, calendars, entities.
    row: MatrixRow | None  #: Whose targets a share may be of.

    def condition(self, where: str, item: Mapping[str, Json]) -> Condition:
        """Return the condition; its mistakes are noted."""
        for word, combine in _COMBINATIONS.items():
            if word in item:
                parts = enumerate(item[word])
                return combine(tuple(self.condition(f"{where}.{word}[{i}]", part) for i, part in parts))
        return self._once(where, item)

    def _once(self, where: str, item: Mapping[str, Json]) -> Condition:
        """Return one and the same test for all rules that write it alike; each mistake is told at its own place."""
        written = json.dumps([item, id(self.row) if "of" in item else None], sort_keys=True)
        if (known := self.checker.tests.get(written)) is not None:
            return known
        mistakes = len(self.checker.found)
        test = self._recurrence(where, item) if "recurrence" in item else self._test(where, item)
        if len(self.checker.found) == mistakes:
            self.checker.tests[written] = test
        return test

    def _recurrence(self, where: str, item: Mapping[str, Json]) -> Condition:
        entities = [entity.name for entity in self.policy.entities]
        self.checker.known(f"{where}.recurrence", item["recurrence"], entities, "entity")
        self.checker.known(f"{where}.distinct", item.get("distinct"), ["requester", "ticket", *entities], "word")
        self.checker.known(f"{where}.operator", item["operator"], _COMPARING, "operator")
        if not isinstance(item["value"], int) or isinstance(item["value"], bool) or item["value"] < 0:
            self._expects(f"{where}.value", item["value"], "a whole number")
        within = self.checker.length(f"{where}.within", item["within"])
        return Recurrence(
            entity=item["recurrence"],
            within=within or duration("1d"),
            operator=item["operator"],
            value=item["value"],
            distinct=item.get("distinct", "requester"),
        )

    def _test(self, where: str, item: Mapping[str, Json]) -> Condition:
        field, operator = item["field"], item["operator"]
        if not self._field_known(where, field):
            return Test(field, operator, None)
        if operator not in NAMES:
            self.checker.says(f"{where}.operator", unknown_word(operator, NAMES, what="operator"))
            return Test(field, "present", None)
        if operator not in UNARY and "value" not in item:
            self.checker.says(where, f'operator "{operator}" needs a "value"')
        if _is_timed(field):
            return self._timed(where, item)
        for key in ("of", "calendar", "pause_when"):
            if key in item:
                self.checker.says(f"{where}.{key}", f"{field} is no clock; only clocks take this")
        return self._plain(where, item)

    def _field_known(self, where: str, field: str) -> bool:
        opened = any(field.startswith(p) and field != p for p in (*OPEN_PREFIXES, DUE_FIELDS))
        _, _, what = field.rpartition(".")
        if field in FIELDS or opened or (field.startswith(SLA) and field.count(".") > 1 and what in SLA_FACTS):
            return self._custom_field_known(where, field)
        patterns = [*(f"{p}<id>" for p in (*OPEN_PREFIXES, DUE_FIELDS)), *(f"{SLA}<metric>.{w}" for w in SLA_FACTS)]
        self.checker.says(f"{where}.field", unknown_word(field, (*FIELDS, *patterns), what="field"))
        return False

    def _custom_field_known(self, where: str, field: str) -> bool:
        """A number is a platform's id; any other word must be one of the policy's."""
        prefix = next((p for p in ("ticket.fields.", DUE_FIELDS) if field.startswith(p)), None)
        word = field.removeprefix(prefix) if prefix else ""
        if prefix is None or is_id(word) or word in self.policy.fields:
            return True
        said = unknown_word(word, self.policy.fields, what="field")
        self.checker.says(f"{where}.field", f'{said}; name it in "fields" with its id on each connection')
        return False

    def _plain(self, where: str, item: Mapping[str, Json]) -> Condition:
        field, operator, value = item["field"], item["operator"], item.get("value")
        ready: object = None
        if operator in DEADLINES:
            self._misfit(where, operator, f"{field} is no deadline")
        elif operator in CHANGES and not field.startswith("ticket."):
            self._misfit(where, operator, f"{field} is no field of the ticket")
        elif operator in _LISTS and not isinstance(value, list):
            self._expects(f"{where}.value", value, f'a list for "{operator}"')
        elif operator in _COMPARING and not is_number(value):
            self._expects(f"{where}.value", value, f"a number for {field}")
        elif operator in _WORDS:
            value = self._words(f"{where}.value", value)
            ready = Matcher(value)
        elif operator in _PATTERNS:
            ready = self._pattern(f"{where}.value", value)
        elif isinstance(value, Mapping):
            self._expects(f"{where}.value", value, f'no object for "{operator}"')
        told = (strangers(field, value, f"{where}.value"), no_tags(field, operator, value, f"{where}.value"))
        for place, message in chain.from_iterable(told):
            self.checker.says(place, message)
        return Test(field, operator, tuple(value) if isinstance(value, list) else value, PLAIN, ready)

    def _words(self, where: str, value: Json) -> tuple[str, ...]:
        if isinstance(value, Mapping):
            return vocabulary.resolve(value, self.checker.says, where)
        words = value if isinstance(value, list) else [value]
        if not all(isinstance(word, str) for word in words):
            self._expects(where, value, "words, a list of words, or a vocabulary")
            return ()
        for word in words:
            if told := mistake(word):
                self.checker.says(where, told)
        return tuple(words)

    def _pattern(self, where: str, value: Json) -> Pattern | None:
        if not isinstance(value, str):
            self._expects(where, value, "a pattern")
        elif wrong := self.checker.patterns.mistake(value):
            self.checker.says(where, wrong)
        else:
            return Pattern(value)
        return None

    def _timed(self, where: str, item: Mapping[str, Json]) -> Condition:
        field, operator, value = item["field"], item["operator"], item.get("value")
        deadline = field not in CLOCKS
        timing = self._timing(where, item, deadline=deadline)
        if field.endswith(".breached"):
            found = _BOOLEANS.get((operator, value)) if isinstance(value, bool) else None
            if found is None:
                self._misfit(where, operator, f'{field} takes "is" with true or false')
            return Test(field, found or "passed", None, timing)
        if operator in ("present", "absent") or (deadline and operator in DEADLINES):
            return Test(field, operator, None, timing)
        if operator not in _COMPARING:
            words = ", ".join((*_COMPARING, "present", "absent", *(DEADLINES if deadline else ())))
            self.checker.says(f"{where}.operator", f'found "{operator}", but a clock is compared with one of: {words}')
            return Test(field, "present", None, timing)
        return Test(field, operator, self._threshold(where, item, deadline=deadline), timing)

    def _threshold(self, where: str, item: Mapping[str, Json], *, deadline: bool) -> object:
        """Return a length of time, or a share of one."""
        field, value = item["field"], item.get("value")
        consumed = field.endswith(".consumed")
        match = _SHARE.fullmatch(value) if isinstance(value, str) else None
        if match is None and not consumed:
            return self._length(where, value, item, deadline=deadline)
        if match is None:
            self._expects(f"{where}.value", value, "a share such as 75%")
            return None
        part, whole = float(match[1]) / 100, self._whole(where, item)
        if consumed:
            return Share(part, whole)
        if deadline:
            self._expects(f"{where}.value", value, "a length of time such as 2h; a share needs .consumed")
        elif whole is None and "of" not in item:
            self.checker.says(where, 'a share needs "of": a duration, or one of acknowledge, update_every, resolve')
        return None if whole is None else whole * part

    def _length(self, where: str, value: Json, item: Mapping[str, Json], *, deadline: bool) -> object:
        if "of" in item:
            self.checker.says(
                f"{where}.of", f"found {json.dumps(value)} as value; only a share such as 75% is of something"
            )
        try:
            return signed_duration(value) if deadline else duration(value)
        except ValueError as problem:
            self.checker.says(f"{where}.value", str(problem))
            return None

    def _whole(self, where: str, item: Mapping[str, Json]):  # type: ignore[no-untyped-def]
        told = item.get("of")
        if told in ("acknowledge", "update_every", "resolve"):
            target = self.row.target(told) if self.row else None
            if target is None:
                self.checker.says(f"{where}.of", f'the rule\'s matrix row has no target "{told}"')
            return target
        return self.checker.length(f"{where}.of", told)

    def _timing(self, where: str, item: Mapping[str, Json], *, deadline: bool) -> Timing:
        name, pauses = item.get("calendar"), item.get("pause_when")
        self.checker.known(f"{where}.calendar", name, self.policy.calendars, "calendar")
        if deadline and pauses is not None:
            self.checker.says(f"{where}.pause_when", "a deadline does not stand still; only a clock that runs does")
            pauses = None
        calendar = self.policy.calendars.get(name or "", PLAIN.calendar)
        if not pauses:
            return Timing(calendar) if name else PLAIN
        return Timing(calendar, self._pauses(f"{where}.pause_when", pauses))

    def _pauses(self, where: str, told: Json) -> Mapping[str, frozenset[str]]:
        by_field = told if isinstance(told, Mapping) else {"ticket.status": told}
        for field in by_field:
            if field not in _PAUSING and not field.startswith("ticket.fields."):
                known = (*_PAUSING, "ticket.fields.<id>")
                self.checker.says(f"{where}.{field}", unknown_word(field, known, what="field"))
            elif field.startswith("ticket.fields."):
                self._custom_field_known(where, field)
        for field, values in by_field.items():
            for _, message in strangers(field, values, where):
                self.checker.says(where, message)
            self._entries(where, field, values)
        return {field: frozenset(value.casefold() for value in values) for field, values in by_field.items()}

    def _entries(self, where: str, field: str, words: Sequence[str]) -> None:
        """Tell of words that name no entry of the policy; what has a digit may be an id."""
        entries = {"ticket.group": (self.policy.groups, "group"), "ticket.assignee": (self.policy.people, "person")}
        known, what = entries.get(field, ({}, ""))
        folded = {entry.casefold() for entry in known}
        for word in words if what else ():
            if word.casefold() not in folded and not any(letter.isdigit() for letter in word):
                self.checker.says(where, unknown_word(word, known, what=what))

    def _misfit(self, where: str, operator: str, why: str) -> None:
        self.checker.says(f"{where}.operator", f'found "{operator}", but {why}')

    def _expects(self, where: str, found: Json, expected: str) -> None:
        self.checker.says(where, f"found {json.dumps(found, ensure_ascii=False)[:80]}, expected {expected}")


#: Fields by whose values a clock may stand still.
_PAUSING = ("ticket.status", "ticket.custom_status", "ticket.group", "ticket.assignee")


def _is_timed(field: str) -> bool:
    return field in CLOCKS or field == DUE_TICKET or field.startswith((SLA, DUE_FIELDS))
