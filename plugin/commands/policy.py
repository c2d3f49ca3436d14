"""`escalation policy`: the policy in writing, in today's format, and as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from plugin.clock import utc_now
from plugin.commands.saved import save
from plugin.commands.told import told, wrong
from plugin.commands.upgrade import upgrade
from plugin.core.compiling.upgrades import upgraded
from plugin.core.policy import Policy
from plugin.core.rendering.differences import Difference, differences
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.html import html
from plugin.core.rendering.markdown import markdown
from plugin.core.rendering.writing import page
from plugin.documents import compile_document, load_policy
from plugin.store.records import PolicyLoad
from plugin.store.store import Store

#: What a version's name, or its beginning, looks like; anything else is a file's.
_VERSION = re.compile(r"[0-9a-f]{1,12}")
_FORMATS = {"markdown": markdown, "html": html}
_database = click.option("--database-url", envvar="DATABASE_URL", default="sqlite:///escalation.db", show_default=True)


@click.group()
def policy() -> None:
    """Write the policy down, bring it up to date, and look at its versions."""


policy.add_command(upgrade)


@policy.command()
@click.argument("policy", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(sorted(_FORMATS)), default="markdown", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@click.option("--date", "day", help="The day from which it looks ahead, as 2026-11-24; today if absent.")
@told
def render(policy: Path, kind: str, output: Path | None, day: str | None) -> None:
    """Put a policy in writing: what a team, its managers and its auditors read.

    Example: escalation policy render policy.json --format html --output policy.html
    """
    compiled, document = load_policy(policy)
    written = _FORMATS[kind](page(_draft(compiled, document, day)))
    if output is None:
        click.echo(written, nl=False)
    else:
        save(output, written)


def _draft(compiled: Policy, document: Mapping[str, Any], day: str | None = None) -> Draft:
    try:
        at = datetime.fromisoformat(day).date() if day else utc_now().astimezone(compiled.zone).date()
    except ValueError as problem:
        raise wrong("--date:", f'found "{day}", expected a day such as 2026-11-24') from problem
    return Draft(policy=compiled, document=document, day=at)


@policy.command()
@_database
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@told
def versions(database_url: str, as_json: bool) -> None:
    """List which version was taken into use when and by whom, the newest first.

    Example: escalation policy versions
    """
    store = Store.open(database_url)
    loads, spoilt = list(reversed(store.policies.loads())), frozenset(store.policies.spoilt())
    if as_json:
        click.echo(json.dumps([_load(one, spoilt) for one in loads], indent=2, ensure_ascii=False))
        return
    for one in loads:
        changed = "  its document was changed since" if one.version in spoilt else ""
        click.echo(f"{one.version}  {one.at:%Y-%m-%d %H:%M:%S}  {one.by}".rstrip() + changed)
    if not loads:
        click.echo("No policy was taken into use yet.")


def _load(one: PolicyLoad, spoilt: frozenset[str]) -> dict[str, object]:
    told: dict[str, object] = {"version": one.version, "at": one.at.isoformat(), "by": one.by}
    return told | ({"changed_since": True} if one.version in spoilt else {})


@policy.command()
@click.argument("version")
@_database
@told
def show(version: str, database_url: str) -> None:
    """Print the document of a version; the first characters of its name will do.

    Example: escalation policy show 0da467056276 > policy-before.json
    """
    click.echo(json.dumps(_kept(Store.open(database_url), version), indent=2, ensure_ascii=False))


def _kept(store: Store, version: str) -> Mapping[str, Any]:
    """Return the document of the one version that is named so or begins so."""
    names = dict.fromkeys([one.version for one in store.policies.loads() if one.version.startswith(version)])
    name = next(iter(names)) if len(names) == 1 else version
    if name in store.policies.spoilt():
        raise wrong(f"{version}:", "the document kept by this name was changed; it is none of this version")
    document = store.policies.document(name)
    if document is None:
        among = f"several begin so: {', '.join(names)}" if names else "see `escalation policy versions`"
        raise wrong(f"{version}:", f"no such version; {among}")
    return document


@policy.command()
@click.argument("before")
@click.argument("after")
@_database
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@told
def diff(before: str, after: str, database_url: str, as_json: bool) -> None:
    """Tell in sentences what differs between two policies, each a version or a file.

    Example: escalation policy diff 0da467056276 policy.json
    """
    found = differences(_named(before, database_url), _named(after, database_url))
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join(map(_as_text, found)) or "Nothing differs.")


def _named(name: str, database_url: str) -> Draft:
    if Path(name).exists():
        return _draft(*load_policy(name))
    if not _VERSION.fullmatch(name):
        raise wrong(f"{name}:", "there is no such file, and no version has such a name")
    document = upgraded(_kept(Store.open(database_url), name))
    return _draft(compile_document(document, title=f"version {name} has mistakes:"), document)


def _as_json(one: Difference) -> dict[str, object]:
    return {"what": one.what, "how": one.how, "before": list(one.before), "after": list(one.after)}


def _as_text(one: Difference) -> str:
    gone, come = _marked("- ", one.before, "red"), _marked("+ ", one.after, "green")
    return "\n".join([click.style(f"{one.what}: {one.how}", bold=True), *gone, *come])


def _marked(mark: str, lines: Iterable[str], colour: str) -> Iterator[str]:
    return (click.style(f"  {mark}{line}", fg=colour) for line in lines)
