"""Plays the steps of a story."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from examples.demo.platforms import LAB, engineering
from examples.demo.stage import Stage


class Player:
    """Plays the steps of a story."""

    def __init__(self, stage: Stage, story: Mapping[str, Any]) -> None:
        self.stage = stage
        self.story = story
        self.tickets: dict[str, int] = {}

    def play(self) -> None:
        """Play every step."""
        for step in self.story["steps"]:
            self.do(step)

    def do(self, step: Mapping[str, Any]) -> None:
        """Play one step."""
        getattr(self, f"do_{step['do']}")(step)

    def begin(self) -> None:
        """Fill the helpdesk with people, and have it tell the plugin of everything."""
        self.stage.control("seed", **self.story["seed"])
        url, secret = f"{self.stage.plugin}/webhooks/demo", os.environ["DEMO_SECRET"]
        self.stage.control("webhook", url=url, secret=secret)
        if self.stage.lab:
            self.stage.control("seed", there=True, **engineering()["seed"])
            self.stage.control("webhook", there=True, url=f"{self.stage.plugin}/webhooks/{LAB}", secret=secret)

    def do_say(self, step: Mapping[str, Any]) -> None:
        """Tell what happens."""
        print(f"  … {step['text']}")

    def do_create(self, step: Mapping[str, Any]) -> None:
        """Have a customer open a ticket, and tell so."""
        self.create(step)
        print(f"  #{self.tickets[step['ticket']]} {step['subject']}")

    def create(self, step: Mapping[str, Any]) -> None:
        """Have a customer open a ticket."""
        body = {"subject": step["subject"], "comment": step["text"], "requester_id": step["as"]}
        answer = self.stage.control("act", user=step["as"], do="create_ticket", **body, **step.get("fields", {}))
        self.tickets[step["ticket"]] = int(answer["id"])

    def do_comment(self, step: Mapping[str, Any]) -> None:
        """Have a person write."""
        ticket = self.tickets[step["ticket"]]
        said = {"ticket_id": ticket, "text": step["text"], "public": step["public"]}
        self.stage.control("act", user=step["as"], do="comment", **said)

    def do_update(self, step: Mapping[str, Any]) -> None:
        """Have an agent change a ticket."""
        ticket = self.tickets[step["ticket"]]
        fields = dict(step.get("fields", {}))
        if "add_tags" in step:
            shown = next(one for one in self.stage.state()["tickets"] if one["id"] == ticket)
            fields["tags"] = [*shown["tags"], *step["add_tags"]]
        self.stage.control("act", user=step["as"], do="update", ticket_id=ticket, **fields)

    def do_there(self, step: Mapping[str, Any]) -> None:
        """Have a developer do something on the newest issue."""
        issue = max(int(one["id"]) for one in self.stage.state(there=True)["tickets"])
        said = {"text": step["text"]} if step["what"] == "comment" else step["fields"]
        self.stage.control("act", there=True, user=step["as"], do=step["what"], ticket_id=issue, **said)

    def do_fault(self, step: Mapping[str, Any]) -> None:
        """Have the next call for the ticket that comes next go wrong."""
        rest = {k: v for k, v in step.items() if k not in ("do", "next")}
        number = max(self.tickets.values()) + 1
        if step.get("next"):
            rest["ticket_id"] = number
        self.stage.control("fault", path=rf"/api/v2/tickets/{number}\b", **rest)

    def do_hold(self, step: Mapping[str, Any]) -> None:
        """Hold deliveries back."""
        self.stage.control("hold", on=step["on"])

    def do_deliver(self, step: Mapping[str, Any]) -> None:
        """Let held deliveries go."""
        self.stage.control("deliver", **{k: v for k, v in step.items() if k != "do"})

    def do_forward(self, step: Mapping[str, Any]) -> None:
        """Turn the clock forward."""
        self.stage.forward(timedelta(hours=step.get("hours", 0), seconds=step.get("seconds", 0)))

    def do_settle(self, _: Mapping[str, Any]) -> None:
        """Wait until all is done."""
        self.stage.settle()
