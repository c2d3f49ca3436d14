"""`escalation on-duty`: who is on duty, why, and who is next.

Rule 1: times are read and shown on the rota's own clocks, unless they come with an offset.
Rule 2: nobody on duty is exit code 1, so that a script can ask.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from plugin.clock import utc_now
from plugin.commands.duty_account import as_text, duty_account
from plugin.commands.told import told, wrong
from plugin.core.compiling.sections import Section
from plugin.core.duty.contacts import Person, compile_people
from plugin.core.duty.rotas import compile_rotas
from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.opening_hours.wall_clock import day_or_moment, zone_named
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.core.rota import Rota
from plugin.feeds import refresh
from plugin.json_file import read_json


@click.command("on-duty")
@click.argument("rota")
@click.option("--at", help="The instant to ask about, ISO 8601; now if absent.")
@click.option("--policy", envvar="POLICY_FILE", default="policy.json", show_default=True, help="The policy's file.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@told
def on_duty(rota: str, at: str | None, policy: str, as_json: bool) -> None:
    """Say who is on duty, since and until when, why, and who is next.

    Example: escalation on-duty managers --at 2026-12-24T10:00
    """
    people, rotas = _compiled(policy)
    if rota not in rotas:
        raise wrong(f"{policy}:", unknown_word(rota, rotas, what="rota"))
    instant = _instant(rotas[rota], at) if at else utc_now()
    asked = _fed(rotas[rota], people, instant) if rotas[rota].feed else rotas[rota]
    found = duty_account(asked, people, instant)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else as_text(found))
    if found["person"] is None:
        sys.exit(1)


def _compiled(policy: str) -> tuple[Mapping[str, Person], Mapping[str, Rota]]:
    document = read_json(policy, "policy")
    problems: list[Problem] = []

    def says(where: str, message: str) -> None:
        problems.append(Problem(where=where, message=message))

    items: Mapping[str, Any] = document if isinstance(document, dict) else {}
    zone = Section("policy", items, says).read("time_zone", zone_named) or zone_named("UTC")
    calendars = compile_calendars(items.get("calendars", {}), says)
    people = compile_people(items.get("people", {}), says, calendars, zone)
    hours = {name: calendar.schedule for name, calendar in calendars.items()}
    rotas = compile_rotas(items.get("rotas", {}), says, people, hours, zone)
    if problems:
        raise Problems(f"{policy} has mistakes:", problems)
    return people, rotas


def _instant(rota: Rota, text: str) -> datetime:
    try:
        return day_or_moment(text, rota.zone)
    except ValueError as problem:
        raise wrong("--at:", str(problem)) from problem


def _fed(rota: Rota, people: Mapping[str, Person], at: datetime) -> Rota:
    """Return the rota with what its feed says; what that leaves open is told beside the answer."""
    found = refresh(rota, people, None, environ=os.environ, now=utc_now(), at=at)
    if found.problem:
        raise wrong(f"rotas.{rota.key}:", found.problem)
    for name in found.unmatched:
        click.echo(
            f'The feed puts "{name}" on duty, who is nobody of the policy; name them in rotas.{rota.key}.people.',
            err=True,
        )
    for problem in found.left_out:
        click.echo(f"The feed has an {problem}; it was left out.", err=True)
    return found.rota
