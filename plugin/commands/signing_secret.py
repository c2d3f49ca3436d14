"""Where a webhook's signing secret goes.

Rule 1: it is written into a file that only its owner reads, or shown once on a terminal; it is never logged.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from plugin.commands.told import wrong
from plugin.settings import Joining


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it goes; no file: the terminal, if there is one."""

    file: Path | None

    @property
    def there(self) -> bool:
        """Tell if it can go anywhere."""
        return self.file is not None or sys.stdout.isatty()

    def __str__(self) -> str:
        """Read as `into /run/secrets/webhook`."""
        return f"into {self.file}" if self.file else "onto this terminal, once"


def place_for(given: Path | None, joining: Joining) -> Place:
    """Return the file that was given, or the first that the connection names and that is not there yet."""
    awaited = [file for file in joining.secret_files if not _content(file)]
    return Place(file=given or next(iter(awaited), None))


def is_known(secret: str, joining: Joining) -> bool:
    """Tell if the connection has the secret already."""
    return secret in joining.account.webhook_secrets


def deliver(secret: str, place: Place, joining: Joining) -> None:
    """Put the secret where it belongs, and say how the connection names it."""
    if place.file is None:
        click.echo(f"The signing secret, shown this once: {secret}")
        click.echo(_by_hand(joining))
        return
    write(place.file, secret)
    click.echo(f"The signing secret is in {place.file}, which only its owner reads.")
    if place.file not in joining.secret_files:
        click.echo(f'Let the connection name it: "webhook_secrets": [{{"file": "{place.file}"}}]')


def _by_hand(joining: Joining) -> str:
    if joining.secret_files:
        return f"The connection has another one in {joining.secret_files[0]}: put it there, or give --secret-file."
    variable = f"{joining.account.name.upper().replace('-', '_')}_WEBHOOK_SECRET"
    return f'Put it into the environment as {variable}; the connection names it {{"env": "{variable}"}}.'


def write(path: Path, secret: str) -> None:
    """Write the file whole or not at all; nobody else may read it, not even for a moment."""
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{secret}\n")
        beside.replace(path)
    except OSError as problem:
        raise wrong(f"{path}:", f"cannot be written: {problem.strerror}") from problem


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""
