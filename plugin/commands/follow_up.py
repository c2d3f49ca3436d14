"""`escalation follow-up`: what is left to do after cases, for people and for spreadsheets.

Rule 1: the columns of an export are COLUMNS, in that order; new ones come at the end.
Rule 2: a cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime

import click

from plugin.clock import utc_now
from plugin.commands.shown import read_ref, say, say_json
from plugin.commands.told import told, wrong
from plugin.core.follow_ups import Action, FollowUp, FollowUpState
from plugin.core.model import Case
from plugin.settings import DEFAULTS
from plugin.store.store import Store

_DATABASE = click.option("--database-url", envvar="DATABASE_URL", default=DEFAULTS["DATABASE_URL"], show_default=True)
#: What an export holds of a case.
COLUMNS = (
    *("connection", "ticket", "case", "follows", "rule", "issue_type", "severity", "owner", "state", "ended_by"),
    *("opened_at", "acknowledged_at", "ended_at", "reopened", "follow_up", "follow_up_owner", "begun_at", "due_at"),
    *("finished_at", "cause", "root_cause", "prevention", "actions"),
)
#: How a formula may begin, behind whatever blanks.
_FORMULA = re.compile(r"\s*[=+\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}]|[\t\r\n]")


@click.group("follow-up")
def follow_up() -> None:
    """Look at what is left to do after cases: causes, prevention, actions.

    Example: escalation follow-up list --open
    """


@follow_up.command("list")
@click.option("--open", "unfinished", is_flag=True, help="Only those that are not finished.")
@click.option("--overdue", is_flag=True, help="Only those of which something is overdue.")
@click.option("--json", "as_document", is_flag=True, help="For programs.")
@_DATABASE
@told
def list_follow_ups(unfinished: bool, overdue: bool, as_document: bool, database_url: str) -> None:
    """List follow-ups, oldest first, with who owns them and what is missing.

    Example: escalation follow-up list --overdue
    """
    now = utc_now()
    with closing(Store.open(database_url)) as store:
        found = store.follow_ups(unfinished=unfinished, late=now if overdue else None)
    if as_document:
        say_json([_document(one, now) for one in found])
        return
    say("\n".join(_line(one, now) for one in found) or "No follow-up fits.")


@follow_up.command()
@click.argument("ticket")
@click.option("--json", "as_document", is_flag=True, help="For programs.")
@_DATABASE
@told
def show(ticket: str, as_document: bool, database_url: str) -> None:
    """Show the follow-ups of one ticket with everything that was told.

    Example: escalation follow-up show acme#42
    """
    ref, now = read_ref("TICKET", ticket), utc_now()
    with closing(Store.open(database_url)) as store:
        found = store.follow_ups_of(store.named(ref))
    if not found:
        raise wrong(f"{ticket}:", "it has no follow-up; see `escalation follow-up list`")
    if as_document:
        say_json([_document(one, now) for one in found])
        return
    say("\n".join(line for one in found for line in _whole(one, now)))


@follow_up.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@_DATABASE
@told
def export(form: str, database_url: str) -> None:
    """Print every case with its cause, times and actions, oldest first.

    Example: escalation follow-up export --format csv > cases.csv
    """
    with closing(Store.open(database_url)) as store:
        if form == "csv":
            say(_row(COLUMNS))
        for case, after in store.export_follow_ups():
            line = exported(case, after)
            say(_row(map(_cell, line.values())) if form == "csv" else json.dumps(line, ensure_ascii=False))


def exported(case: Case, after: FollowUp | None) -> Mapping[str, object]:
    """Return a case as an export holds it."""
    values = (
        *(case.ticket.connection, case.ticket.id, case.id, case.follows, case.rule, case.issue_type),
        *(case.severity.value, case.owner, case.state.value, case.ended_by.value if case.ended_by else None),
        *(_iso(case.opened_at), _iso(case.acknowledged_at), _iso(case.ended_at), case.reopened),
        *(
            after.state.value if after else None,
            after.owner if after else None,
            _iso(after.begun_at if after else None),
        ),
        _iso(after.term.due_at if after and after.term else None),
        _iso(after.finished_at if after else None),
        *((after.cause, after.root_cause, after.prevention) if after else (None, "", "")),
        [_action(action) for action in after.actions] if after else [],
    )
    return dict(zip(COLUMNS, values, strict=True))


def _action(action: Action) -> Mapping[str, object]:
    return {
        "number": action.number,
        "owner": action.owner,
        "due_at": _iso(action.term.due_at),
        "done_at": _iso(action.done_at),
        "text": action.text,
    }


def _row(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, list):
        value = "; ".join(_action_words(action) for action in value)
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _action_words(action: Mapping[str, object]) -> str:
    done = f", done {action['done_at']}" if action["done_at"] else ""
    return f"{action['number']}: {action['owner']} by {action['due_at']}{done}: {action['text']}"


def _document(one: FollowUp, now: datetime) -> Mapping[str, object]:
    return {
        "connection": one.ticket.connection,
        "ticket": one.ticket.id,
        "case": one.case_id,
        "follows": one.follows,
        "severity": one.severity.value,
        "state": one.state.value,
        "required": one.required,
        "overdue": _late(one, now),
        "owner": one.owner,
        "begun_at": _iso(one.begun_at),
        "due_at": _iso(one.term.due_at if one.term else None),
        "finished_at": _iso(one.finished_at),
        "missing": list(one.missing),
        "cause": one.cause,
        "root_cause": one.root_cause,
        "prevention": one.prevention,
        "actions": [_action(action) for action in one.actions],
    }


def _line(one: FollowUp, now: datetime) -> str:
    left = [*one.missing, *(f"action {action.number}" for action in one.undone)]
    missing = f"  missing: {', '.join(left)}" if left and one.state is not FollowUpState.CARRIED else ""
    due = f"  by {one.late_at:%Y-%m-%d %H:%M}Z" if one.late_at else ""
    state = "overdue" if _late(one, now) else one.state.value
    return f"{one.ticket}  {one.severity.value}  {state}  {one.owner}{due}{missing}"


def _whole(one: FollowUp, now: datetime) -> Iterator[str]:
    yield _line(one, now)
    yield f"    case {one.case_id}{f', which follows {one.follows}' if one.follows else ''}"
    if one.cause:
        yield f"    cause {one.cause}: {one.root_cause}"
    if one.prevention:
        yield f"    prevention: {one.prevention}"
    yield from (f"    action {_action_words(_action(action))}" for action in one.actions)


def _late(one: FollowUp, now: datetime) -> bool:
    return one.late_at is not None and one.late_at <= now


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
