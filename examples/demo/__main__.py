"""`python -m examples.demo`: play the day, show what became of each ticket, and wait for Ctrl-C.

With ONCE=1 in the environment it ends by itself, with exit code 0 only if every promise of the story is kept.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.model import TicketRef
from examples.demo.clock import now
from examples.demo.life import Teller, because
from examples.demo.platforms import NOT_ON_JIRA, engineering, has_both, is_jira
from examples.demo.player import Player
from examples.demo.stage import ROOT, raised
from plugin.commands.calls import accounts, lines

TEAM = ROOT / "examples/support-team"
US = 900


def broken(player: Player, promises: Mapping[str, Any]) -> list[str]:
    """Return each promise of the story that the sandbox's tickets do not show."""
    shown = {ticket["id"]: ticket for ticket in player.stage.state()["tickets"]}
    found = []
    for name, promise in promises.items():
        ticket = shown[player.tickets[name]]
        seen = _as_promised(ticket)
        for key, wanted in promise.items():
            if is_jira() and key in NOT_ON_JIRA:
                continue
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
    for ticket in (player.tickets[name] for name in player.story["promises"]):
        case, subject = cases.get(ticket), subjects[ticket][:34]
        if case:
            owner = policy["people"][case.owner]["name"]
            lines.append(f"  #{ticket:<3} {subject:<34}  {case.severity.value} {owner:<12} {_why(player, ticket)}")
        else:
            lines.append(f"  #{ticket:<3} {subject:<34}  left alone: {_why_not(player, ticket)}")
    return "\n".join(lines)


def spent(player: Player, begun: datetime) -> str:
    """Return what calls of the helpdesk's API all of it took."""
    told = [line for account in accounts(player.stage.store, since=begun) for line in lines(account, (), begun)]
    return "\n".join(f"  {line}" for line in told)


def _why(player: Player, ticket: int) -> str:
    log = player.stage.store.log(TicketRef(connection="demo", id=str(ticket)))
    decided = next(entry for entry in log if "rule" in entry.evidence and entry.what == "decided")
    notes = [
        word for word in ("human_changed_it", "already_landed", "climbed") if any(e.reason.value == word for e in log)
    ]
    return f"{decided.evidence['rule']}: {because(decided)}" + (f"  [{', '.join(notes)}]" if notes else "")


def _why_not(player: Player, ticket: int) -> str:
    """Return the reason that stands last in the case log."""
    log = player.stage.store.log(TicketRef(connection="demo", id=str(ticket)))
    return log[-1].reason.value.replace("_", " ") if log else "nothing was heard of it"


def main() -> int:
    """Play the story; return the exit code."""
    story, life = (json.loads((TEAM / name).read_text("utf-8")) for name in ("story.json", "life.json"))
    if has_both():
        more = engineering()
        life["chapters"].append(more["chapter"])
        life["promises"] |= more["promises"]
    once = os.environ.get("ONCE", "") not in ("", "0")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with raised() as stage:
        player = Player(stage, story)
        begun = now()
        player.begin()
        teller = Teller(player)
        for chapter in life["chapters"]:
            teller.tell(chapter)
        print("A busy day, with everything that can go wrong:\n")
        player.play()
        print(f"\nWhat became of it:\n\n{table(player)}\n")
        print(f"What it took (escalation calls):\n\n{spent(player, begun)}\n")
        promises = {**life["promises"], **story["promises"]}
        wrong = broken(player, promises)
        for line in wrong:
            print(f"  BROKEN {line}")
        kept = f"{len(wrong)} promises broken, {len(teller.wrong)} expected things missed"
        print(f"  {len(promises)} tickets, {teller.steps} steps told: {kept}")
        if once:
            return 1 if wrong or teller.wrong else 0
        print(f"\nThe ticket followed:  {stage.helpdesk}/agent/tickets/{player.tickets['life']}")
        if stage.lab:
            print(f"The developers' Jira: {stage.lab}/")
        print(f"All tickets:          {stage.helpdesk}/")
        print(f"Health and figures:   {stage.plugin}/readyz {stage.plugin}/metrics")
        print("\nCtrl-C ends the demo.")
        try:
            stage.pause.wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
