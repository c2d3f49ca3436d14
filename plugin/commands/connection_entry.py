"""A connection that is not in the connections file yet, written there.

Rule 1: no secret is written: the entry names variables and a file, and says which must be set.
Rule 2: a new connection begins in shadow, where nothing is written into tickets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from connectors.registry import PLATFORMS
from plugin.commands.saved import save
from plugin.commands.shown import say
from plugin.documents import check
from plugin.json_file import read_json
from plugin.settings import DEFAULTS


def is_there(environ: Mapping[str, str], name: str) -> bool:
    """Tell if the file has the connection."""
    return name in _document(_path(environ)).get("connections", {})


def entry(name: str, platform: str, base_url: str, secret_file: Path | None) -> dict[str, Any]:
    """Return a connection as its platform is reached, whose secrets are named after it."""
    word = name.upper().replace("-", "_")
    secret = {"file": str(secret_file)} if secret_file else {"env": f"{word}_WEBHOOK_SECRET"}
    auth, _ = PLATFORMS[platform].auth(base_url, word)
    return {
        "platform": platform,
        "base_url": base_url.rstrip("/"),
        "auth": auth,
        "webhook_secrets": [secret],
        "mode": "shadow",
    }


def written(environ: Mapping[str, str], name: str, wanted: Mapping[str, Any], *, agreed: bool, dry_run: bool) -> bool:
    """Show the entry and write it if somebody agrees; return if all that it names is there to go on."""
    path = _path(environ)
    document = _document(path)
    document.setdefault("connections", {})[name] = wanted
    check(document, "connections", title=f"{path} would have mistakes:")
    say(f"{path}:")
    for line in json.dumps({name: wanted}, indent=2, ensure_ascii=False).splitlines()[1:-1]:
        say(f"+ {line}")
    if dry_run:
        click.echo("Nothing was changed: this is a dry run. The account is looked at once the connection is written.")
        return False
    if not agreed and not click.confirm("Write this?"):
        return False
    save(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    unset = [one["env"] for one in wanted["auth"].values() if not environ.get(one["env"])]
    if unset:
        _, what = PLATFORMS[wanted["platform"]].auth(wanted["base_url"], "")
        say(f"Now make {what} there (see docs/how-to/connect-{wanted['platform']}.md), set")
        say(f"{' and '.join(unset)}, and run this again.")
    return not unset


def _path(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("CONNECTIONS_FILE") or DEFAULTS["CONNECTIONS_FILE"])


def _document(path: Path) -> dict[str, Any]:
    found = read_json(path, "connections") if path.exists() else {}
    return found if isinstance(found, dict) else {}
