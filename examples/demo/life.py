"""Tells the life of tickets step by step: what people do, what the plugin writes, and where the case stands then.

Rule 1: what is told of the plugin is read from the helpdesk, the chat and the store; the story says what to expect.
Rule 2: a step is over when nothing is on its way; the log's new lines must hold every reason that the step expects.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.model import TicketRef
from examples.demo.clock import now
from examples.demo.platforms import platform, policy_of
from examples.demo.player import Player
from plugin.core.model import Case, CaseState, LogEntry

US = 900
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: What the case's own clock stands for.
CLOCKS: Mapping[CaseState, str] = {
    CaseState.OPEN: "to acknowledge by {}",
    CaseState.REQUESTED: "to decide by {}",
    CaseState.WAITING: "until {}",
}
#: States in which the customer is owed the next update.
OWING = frozenset({CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.IN_PROGRESS, CaseState.WAITING})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """How much of a ticket was told already."""

    comments: int = 0
    lines: int = 0
    case: str = ""
    follow_up: str = ""
    there: int = 0  #: Of comments on the developers' issue.


class Teller:
    """Plays chapters and tells them."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.policy: Mapping[str, Any] = policy_of(platform())
        self.zone = ZoneInfo(self.policy["time_zone"])
        today = now().astimezone(self.zone).date()
        self.monday = today + timedelta(days=7 - today.weekday())
        self.seen: dict[str, Seen] = {}
        self.steps = 0
        self.wrong: list[str] = []

    def tell(self, chapter: Mapping[str, Any]) -> None:
        """Play the steps of a chapter and tell each."""
        print(f"{chapter['title']}:\n")
        for step in chapter["steps"]:
            if "at" in step:
                self._wait_for(step["at"])
            self._act({**step, "text": self._dated(step.get("text", ""))})
            self.player.stage.settle()
            if "tell" in step:
                self._told(step)
        print()

    def _wait_for(self, at: str) -> None:
        """Turn the clock forward to a weekday and time of the story."""
        ahead = self._instant(at) - now()
        if ahead > timedelta():
            self.player.stage.forward(ahead)

    def _instant(self, at: str) -> datetime:
        day, clock = at.split()
        return datetime.combine(self._day(day), time.fromisoformat(clock), self.zone)

    def _day(self, name: str) -> date:
        return self.monday + timedelta(days=DAYS.index(name))

    def _dated(self, text: str) -> str:
        for name in DAYS:
            text = text.replace(f"{{{name}}}", self._day(name).isoformat())
        return text

    def _act(self, step: Mapping[str, Any]) -> None:
        if step.get("do") == "create":
            self.player.create(step)
        elif "do" in step:
            self.player.do(step)

    def _told(self, step: Mapping[str, Any]) -> None:
        """Print what a step led to, and note what it did not lead to."""
        name = step["ticket"]
        ticket = TicketRef(connection="demo", id=str(self.player.tickets[name]))
        before, log = self.seen.get(name, Seen()), self.player.stage.store.log(ticket)
        fresh = log[before.lines :]
        after = self._seen_now(ticket, len(log))
        label = f"{now().astimezone(self.zone):%a %H:%M}"
        _print(label, self._dated(step["tell"]), indent="  ")
        for head, text in self._lines(ticket, before, after, fresh):
            _print(head, text, indent=" " * 13)
        self.seen[name] = after
        self.steps += 1
        self._check(f"{label} {name}", set(step["expect"]), {entry.reason.value for entry in fresh})

    def _check(self, step: str, wanted: set[str], seen: set[str]) -> None:
        for reason in sorted(wanted - seen):
            self.wrong.append(f"{step}: expected {reason}, the log tells {', '.join(sorted(seen)) or 'nothing'}")
            _print("BROKEN", self.wrong[-1], indent=" " * 13)

    def _seen_now(self, ticket: TicketRef, lines: int) -> Seen:
        stage = self.player.stage
        cases = [case for case in stage.store.cases() if case.ticket == ticket]
        follow_ups = stage.store.follow_ups_of(ticket)
        return Seen(
            comments=len(self._comments(ticket)),
            lines=lines,
            case=self._standing(cases[-1]) if cases else "",
            follow_up=follow_ups[-1].state.value if follow_ups else "",
            there=len(self._there(ticket)),
        )

    def _lines(self, ticket: TicketRef, before: Seen, after: Seen, fresh: list[LogEntry]) -> Iterator[tuple[str, str]]:
        """Yield what is new: why, what was written and to whom, and where it all stands now."""
        for entry in fresh:
            if entry.what == "decided" and "rule" in entry.evidence:
                held = f", and so does the known issue {known}" if (known := entry.evidence.get("known_issue")) else ""
                yield "rule", f"{entry.evidence['rule']} holds{held}: {because(entry)}"
        for comment in self._comments(ticket)[before.comments :]:
            if comment["author_id"] == US:
                yield ("customer" if comment["public"] else "note"), self._short(comment)
        for line in self._there(ticket)[before.there :]:
            yield "in Jira", line
        for title in self.player.stage.chat.news():
            yield "chat", title
        if after.case != before.case:
            yield "case", after.case
        if after.follow_up != before.follow_up and after.follow_up == "finished":
            yield "follow-up", "finished, and so is the case"

    def _comments(self, ticket: TicketRef) -> list[dict[str, Any]]:
        found = next(one for one in self.player.stage.state()["tickets"] if str(one["id"]) == ticket.id)
        return list(found["comments"])

    def _there(self, ticket: TicketRef) -> list[str]:
        """Return what we wrote on the issue that was opened for a ticket, its first words among it."""
        stage, opened = self.player.stage, self.player.stage.store.opened_for(ticket)
        issues = stage.state(there=True)["tickets"] if opened and stage.lab else []
        ours = [one for one in issues if any(link.ticket and link.ticket.id == str(one["id"]) for link in opened)]
        return [
            f"{one['key']}: {' '.join(said['plain_body'].split()) if number else one['subject']}"
            for one in ours
            for number, said in enumerate(one["comments"])
            if said["author_id"] == US
        ]

    def _short(self, comment: Mapping[str, Any]) -> str:
        """Return a text in one line; of a note only what it tells anew."""
        lines = [
            " ".join(line.removeprefix("- ").split()) for line in comment["plain_body"].splitlines() if line.strip()
        ]
        if not comment["public"]:
            ends = [i for i, line in enumerate(lines) if line.startswith("Owner:")]
            lines = lines[: ends[0]] if ends and ends[0] else lines
            lines = [*(line for line in lines[:-1] if not line.startswith("Missing yet")), lines[-1]]
        text = (" " if comment["public"] else " · ").join(lines)
        for zone in {self._instant("mon 00:00").tzname(), now().astimezone(self.zone).tzname()}:
            text = text.replace(f" {zone}", "")
        text = text.replace(f"{now().astimezone(self.zone):%Y-%m-%d} ", "")
        return f'"{text}"' if comment["public"] else text

    def _standing(self, case: Case) -> str:
        """Return where a case stands, in a line."""
        state = _words(case.state.value)
        if case.ended_by:
            return state if case.ended_by.value == case.state.value else f"{state}: {_words(case.ended_by.value)}"
        told = [f"{state} for the {case.waiting_for}" if case.waiting_for else state]
        told.append(f"owner {self.policy['people'][case.owner]['name']}")
        if case.due_at and case.state in CLOCKS:
            told.append(CLOCKS[case.state].format(self._clock(case.due_at)))
        if case.state in OWING:
            told.append(f"the customer hears by {self._clock(case.next_update_at)}")
        return ", ".join(told)

    def _clock(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == now().astimezone(self.zone).date() else f"{local:%a %H:%M}"


def because(entry: LogEntry) -> str:
    """Return why a rule holds, in a line."""
    lines: Any = entry.evidence["because"]
    told = [line for line in lines if line["holds"] and line["field"] != "ticket.status"]
    return "; ".join(f"{b['field']} {b['operator'].replace('_', ' ')} {_value(b['seen'] or b['wanted'])}" for b in told)


def _words(name: str) -> str:
    return name.replace("de_", "de-").replace("_", " ")


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _print(head: str, text: str, *, indent: str) -> None:
    first = f"{indent}{head:<9}  "
    print(textwrap.fill(text, width=118, initial_indent=first, subsequent_indent=" " * len(first)))
