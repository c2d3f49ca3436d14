"""`escalation log`: what was decided and written, when and why, in words.

Rule 1: the newest line comes last; of many, only the newest are shown.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, tzinfo
from typing import Any

import click

from plugin.commands.shown import look_of, read_ref, read_since, say, say_json
from plugin.commands.told import told
from plugin.core.model import LogEntry
from plugin.core.opening_hours.wall_clock import zone_named
from plugin.core.problems import Problems
from plugin.core.why.explanation import words
from plugin.explaining.document import log_line
from plugin.explaining.look import Look
from plugin.explaining.next_text import log_head
from plugin.explaining.text import change_words
from plugin.json_file import read_json
from plugin.settings import DEFAULTS
from plugin.store.store import Store


@click.command()
@click.option("--ticket", help="Only of one ticket, as acme#42, or sd#SD-12.")
@click.option("--since", help="Only from an instant on, ISO 8601, or from so long ago: 4h, 2d …")
@click.option("--rule", help="Only what tells of one rule.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most so many lines.")
@click.option("--policy", envvar="POLICY_FILE", default="policy.json", show_default=True, help="Whose clocks to show.")
@click.option("--json", "as_document", is_flag=True, help="For programs.")
@told
def log(ticket: str | None, since: str | None, rule: str | None, limit: int, policy: str, as_document: bool) -> None:
    """Show the case log, newest last, with each reason in words.

    Example: escalation log --ticket acme#42 --since 2d
    """
    zone = _zone(policy)
    begin = read_since("--since", since, zone) if since else None
    ref = read_ref("--ticket", ticket) if ticket else None
    with closing(Store.open(os.environ.get("DATABASE_URL") or DEFAULTS["DATABASE_URL"])) as store:
        ref = store.named(ref) if ref else None
        entries = store.newest_log(ref=ref, since=begin, rule=rule, limit=limit)
    if as_document:
        say_json([log_line(entry) for entry in entries])
        return
    look = look_of(zone)
    say("\n".join(line for entry in entries for line in _lines(entry, look)) or "No line of the log fits.")


def _zone(policy: str) -> tzinfo:
    """Return the policy's clocks; UTC where there is no such file."""
    try:
        document = read_json(policy, "policy")
        return zone_named(str(document.get("time_zone", "UTC"))) if isinstance(document, Mapping) else UTC
    except (Problems, ValueError):
        return UTC


def _lines(entry: LogEntry, look: Look) -> Iterator[str]:
    """Write a line with its evidence beneath it."""
    head = log_head(entry, look)
    yield f"{entry.ticket}  {head}"
    evidence = entry.evidence
    facts = [f"{key.replace('_', ' ')} {words(evidence[key])}" for key in _FACTS if evidence.get(key)]
    if facts:
        yield f"    {', '.join(facts)}"
    for line in _listed(evidence, "because"):
        yield f"    {_because(line, look)}"
    for key in ("plan", "changes"):
        yield from (f"    > {change_words(change)}" for change in _listed(evidence, key))


#: What of the evidence is told in one line, beside the trace and the changes.
_FACTS = ("trigger", "ticket", "place", "severity", "owner", "operation", "detail", "error", "problems")


def _listed(evidence: Mapping[str, object], key: str) -> list[dict[str, Any]]:
    found = evidence.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _because(line: Mapping[str, Any], look: Look) -> str:
    wanted = "" if line.get("wanted") is None else f" {words(line['wanted'])}"
    calendar = f", in calendar {line['calendar']}" if line.get("calendar") else ""
    told = f"{line.get('field')} {line.get('operator')}{wanted}; seen: {words(line.get('seen'))}{calendar}"
    return f"{look.mark(line.get('holds'))} {told}"
