"""`escalation on-duty`: who is on duty in a rota, why, and who is next; whom a ladder would ask.

Rule 1: times are read and shown on the rota's own clocks, unless they come with an offset.
Rule 2: nobody on duty is exit code 1, so that a script can ask.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from plugin.clock import utc_now
from plugin.commands.duty_account import as_text, duty_account
from plugin.commands.ladder_account import as_text as ladder_text
from plugin.commands.ladder_account import ladder_account
from plugin.commands.told import told, wrong
from plugin.core.compiling.sections import Section
from plugin.core.duty.contacts import Person, compile_people
from plugin.core.duty.rotas import compile_rotas
from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.opening_hours.wall_clock import day_or_moment, zone_named
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.core.rota import Rota
from plugin.core.staff import Staff
from plugin.documents import load_policy
from plugin.feeds import refresh
from plugin.json_file import read_json
from plugin.store.store import Store


@click.command("on-duty")
@click.argument("name")
@click.option("--at", help="The instant to ask about, ISO 8601; now if absent.")
@click.option("--policy", envvar="POLICY_FILE", default="policy.json", show_default=True, help="The policy's file.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--database-url", envvar="DATABASE_URL", help="Of a ladder: where turns and open cases are counted.")
@told
def on_duty(name: str, at: str | None, policy: str, as_json: bool, database_url: str | None) -> None:
    """Say who is on duty in a rota, since and until when, why, and who is next; or whom a ladder would ask.

    Example: escalation on-duty managers --at 2026-12-24T10:00
    """
    people, rotas = _compiled(policy)
    if name not in rotas and name in _ladders(policy):
        _ladder(policy, name, at, database_url, as_json=as_json)
        return
    if name not in rotas:
        raise wrong(f"{policy}:", unknown_word(name, {*rotas, *_ladders(policy)}, what="rota"))
    instant = _instant(rotas[name].zone, at) if at else utc_now()
    asked = _fed(rotas[name], people, instant) if rotas[name].feed else rotas[name]
    found = duty_account(asked, people, instant)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else as_text(found))
    if found["person"] is None:
        sys.exit(1)


def _ladders(policy: str) -> Mapping[str, Any]:
    document = read_json(policy, "policy")
    found = document.get("ladders", {}) if isinstance(document, dict) else {}
    return found if isinstance(found, dict) else {}


def _ladder(path: str, name: str, at: str | None, database_url: str | None, *, as_json: bool) -> None:
    policy, _ = load_policy(path)
    instant = _instant(policy.zone, at) if at else utc_now()
    asked = {key: policy.rotas[key] for step in policy.ladders[name] if (key := step.owner.rota)}
    fed = {key: _fed(rota, policy.people, instant) for key, rota in asked.items() if rota.feed}
    policy = replace(policy, rotas={**policy.rotas, **fed})
    found = ladder_account(policy, name, _staff(policy, database_url), instant)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else ladder_text(found))
    if not any(step["person"] for step in found["steps"]):
        sys.exit(1)


def _staff(policy: Policy, database_url: str | None) -> Staff:
    """Return the staff as the store knows it; without one everybody counts as fresh."""
    if not policy.rosters or not database_url:
        return Staff()
    store = Store.open(database_url)
    try:
        return store.staff(policy.rosters, weighed=policy.weighs)
    finally:
        store.close()


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


def _instant(zone: ZoneInfo, text: str) -> datetime:
    try:
        return day_or_moment(text, zone)
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
