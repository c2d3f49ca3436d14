"""`python -m examples.demo`: play the day, show what became of each ticket, and wait for Ctrl-C.

With ONCE=1 in the environment it ends by itself, with exit code 0 only if every promise of the story is kept.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.model import TicketRef
from examples.demo.stage import ROOT, Stage, raised

STORY = ROOT / "examples/support-team/story.json"
US = 900


class Player:
    """Plays the steps of a story."""

    def __init__(self, stage: Stage, story: Mapping[str, Any]) -> None:
        self.stage = stage
        self.story = story
        self.tickets: dict[str, int] = {}

    def play(self) -> None:
        """Play every step."""
        self.stage.control("seed", **self.story["seed"])
        url, secret = f"{self.stage.plugin}/webhooks/demo", os.environ["DEMO_SECRET"]
        self.stage.control("webhook", url=url, secret=secret)
        for step in self.story["steps"]:
            getattr(self, f"do_{step['do']}")(step)

    def do_say(self, step: Mapping[str, Any]) -> None:
        """Tell what happens."""
        print(f"  … {step['text']}")

    def do_create(self, step: Mapping[str, Any]) -> None:
        """Have a customer open a ticket."""
        body = {"subject": step["subject"], "comment": step["text"], "requester_id": step["as"]}
        answer = self.stage.control("act", user=step["as"], do="create_ticket", **body, **step.get("fields", {}))
        self.tickets[step["ticket"]] = int(answer["id"])
        print(f"  #{answer['id']} {step['subject']}")

    def do_comment(self, step: Mapping[str, Any]) -> None:
        """Have a person write."""
        ticket = self.tickets[step["ticket"]]
        said = {"ticket_id": ticket, "text": step["text"], "public": step["public"]}
        self.stage.control("act", user=step["as"], do="comment", **said)

    def do_update(self, step: Mapping[str, Any]) -> None:
        """Have an agent change a ticket."""
        ticket = self.tickets[step["ticket"]]
        self.stage.control("act", user=step["as"], do="update", ticket_id=ticket, **step["fields"])

    def do_fault(self, step: Mapping[str, Any]) -> None:
        """Have the next call go wrong."""
        rest = {k: v for k, v in step.items() if k not in ("do", "next")}
        if step.get("next"):
            rest["ticket_id"] = max(self.tickets.values()) + 1
        self.stage.control("fault", path=r"/api/v2/tickets/\d+", **rest)

    def do_hold(self, step: Mapping[str, Any]) -> None:
        """Hold deliveries back."""
        self.stage.control("hold", on=step["on"])

    def do_deliver(self, step: Mapping[str, Any]) -> None:
        """Let held deliveries go."""
        self.stage.control("deliver", **{k: v for k, v in step.items() if k != "do"})

    def do_forward(self, step: Mapping[str, Any]) -> None:
        """Turn the clock forward."""
        length = timedelta(hours=step.get("hours", 0), seconds=step.get("seconds", 0))
        print(f"  … the clock goes forward by {length}")
        self.stage.forward(length)

    def do_settle(self, _: Mapping[str, Any]) -> None:
        """Wait until all is done."""
        self.stage.settle()


def broken(player: Player) -> list[str]:
    """Return each promise of the story that the sandbox's tickets do not show."""
    shown = {ticket["id"]: ticket for ticket in player.stage.state()["tickets"]}
    found = []
    for name, promise in player.story["promises"].items():
        ticket = shown[player.tickets[name]]
        seen = _as_promised(ticket)
        for key, wanted in promise.items():
            if key == "ours":
                found += [f"{name}: {k} comments {seen[k]}, promised {n}" for k, n in wanted.items() if seen[k] != n]
            elif seen[key] != wanted:
                found.append(f"{name}: {key} {seen[key]!r}, promised {wanted!r}")
    return found


def _as_promised(ticket: Mapping[str, Any]) -> dict[str, Any]:
    ours = [comment for comment in ticket["comments"] if comment["author_id"] == US]
    return {
        "tags": sorted(ticket["tags"]),
        "assignee": ticket["assignee_id"],
        "group": ticket["group_id"],
        "priority": ticket["priority"],
        "status": ticket["status"],
        "followers": ticket["follower_ids"],
        "public": sum(comment["public"] for comment in ours),
        "internal": sum(not comment["public"] for comment in ours),
    }


def table(player: Player) -> str:
    """Return what was escalated, to whom and why, and what was left alone and why."""
    policy = json.loads((ROOT / "examples/support-team/policy.json").read_text("utf-8"))
    subjects = {ticket["id"]: ticket["subject"] for ticket in player.stage.state()["tickets"]}
    cases = {int(case.ticket.id): case for case in player.stage.store.cases()}
    lines = []
    for ticket in player.tickets.values():
        case, subject = cases.get(ticket), subjects[ticket][:34]
        if case:
            owner = policy["people"][case.owner]["name"]
            lines.append(f"  #{ticket:<3} {subject:<34}  {case.severity.value} {owner:<12} {_why(player, ticket)}")
        else:
            lines.append(f"  #{ticket:<3} {subject:<34}  left alone: {_why_not(player, ticket)}")
    return "\n".join(lines)


def _why(player: Player, ticket: int) -> str:
    log = player.stage.store.log(TicketRef(connection="demo", id=str(ticket)))
    decided = next(entry for entry in log if "rule" in entry.evidence and entry.what == "decided")
    because: Any = decided.evidence["because"]
    told = [line for line in because if line["holds"] and line["field"] != "ticket.status"]
    notes = [
        word for word in ("human_changed_it", "already_landed", "climbed") if any(e.reason.value == word for e in log)
    ]
    reasons = "; ".join(
        f"{b['field']} {b['operator'].replace('_', ' ')} {_short(b['seen'] or b['wanted'])}" for b in told
    )
    return f"{decided.evidence['rule']}: {reasons}" + (f"  [{', '.join(notes)}]" if notes else "")


def _why_not(player: Player, ticket: int) -> str:
    """Return the reason that stands last in the case log."""
    log = player.stage.store.log(TicketRef(connection="demo", id=str(ticket)))
    return log[-1].reason.value.replace("_", " ") if log else "nothing was heard of it"


def _short(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def main() -> int:
    """Play the story; return the exit code."""
    story = json.loads(Path(STORY).read_text("utf-8"))
    once = os.environ.get("ONCE", "") not in ("", "0")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("A day of a small support team:\n")
    with raised() as stage:
        player = Player(stage, story)
        player.play()
        print(f"\nWhat became of it:\n\n{table(player)}\n")
        wrong = broken(player)
        for line in wrong:
            print(f"  BROKEN {line}")
        print(f"  {len(story['promises'])} tickets, {len(wrong)} promises broken")
        if once:
            return 1 if wrong else 0
        print(f"\nLook at the tickets:  {stage.helpdesk}/")
        print(f"Health and figures:   {stage.plugin}/readyz {stage.plugin}/metrics")
        print("\nCtrl-C ends the demo.")
        try:
            stage.pause.wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
