"""`escalation import-schedule`: a schedule of the helpdesk's as a calendar of the policy's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import count
from typing import Any

import click

from connectors.errors import Unparseable
from connectors.registry import PLATFORMS
from plugin.commands.told import told, wrong
from plugin.core.problems import Problem, Problems
from plugin.json_file import read_json


@click.command("import-schedule")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--holidays",
    "holidays_file",
    type=click.Path(exists=True, dir_okay=False),
    help="A file with the schedule's holidays, as the API gives them.",
)
@click.option("--platform", type=click.Choice(sorted(PLATFORMS)), default="zendesk", show_default=True)
@told
def import_schedule(file: str, holidays_file: str | None, platform: str) -> None:
    """Print a Zendesk schedule as the `calendars` of a policy.

    Example: escalation import-schedule schedule.json --holidays holidays.json
    """
    schedules = _schedules(file)
    if holidays_file and len(schedules) > 1:
        raise wrong(f"{file}:", "holds several schedules, and holidays are those of one; give a file with that one")
    holidays = _listed(holidays_file, "holidays") if holidays_file else []
    calendars: dict[str, Any] = {}
    for schedule in schedules:
        calendars[_free_name(schedule, calendars)] = _read(platform, schedule, holidays)
    click.echo(json.dumps({"calendars": calendars}, indent=2))


def _read(platform: str, schedule: Mapping[str, Any], holidays: list[Mapping[str, Any]]) -> Mapping[str, object]:
    try:
        return PLATFORMS[platform].calendar(schedule, holidays)
    except Unparseable as problem:
        mistakes = [line.partition(": ") for line in str(problem).split("\n")]
        found = [Problem(where=where, message=message) for where, _, message in mistakes]
        raise Problems("The schedule cannot be read:", found) from problem


def _schedules(file: str) -> list[Mapping[str, Any]]:
    """Read one schedule or a list of them, with or without the API's envelope."""
    document = read_json(file, "schedule")
    if isinstance(document, dict) and "schedules" not in document:
        document = [document.get("schedule", document)]
    return _objects(file, document, "schedules")


def _listed(file: str, key: str) -> list[Mapping[str, Any]]:
    return _objects(file, read_json(file, key), key)


def _objects(file: str, document: object, key: str) -> list[Mapping[str, Any]]:
    listed = document.get(key) if isinstance(document, dict) else document
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise wrong(f"{file}:", f'expected {{"{key}": [\u2026]}} as the API gives it')
    return listed


def _free_name(schedule: Mapping[str, Any], taken: Mapping[str, Any]) -> str:
    """Return the schedule's name in small letters and without spaces; with a number where another has it."""
    name = re.sub(r"\W+", "_", str(schedule.get("name", ""))).strip("_").lower() or "imported"
    numbered = (f"{name}_{n}" if n > 1 else name for n in count(1))
    return next(free for free in numbered if free not in taken)
