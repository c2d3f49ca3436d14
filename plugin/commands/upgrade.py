"""`escalation policy upgrade`: a policy file of an older format in today's.

Rule 1: a file of today's format stays as it is, to the byte.
Rule 2: what would not be in order afterwards is not written.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import click

from plugin.commands.saved import save
from plugin.commands.told import told, wrong
from plugin.core.compiling import upgrades
from plugin.core.compiling.upgrades import CURRENT, Upgrade
from plugin.documents import check, compile_document
from plugin.json_file import read_json


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit code 1 if the file is outdated.")
@click.option("--write", is_flag=True, help="Rewrite the file itself.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write another file.")
@told
def upgrade(file: Path, only_check: bool, write: bool, output: Path | None) -> None:
    """Bring a policy file of an older format to today's, and tell what changed; print it if no file is to be written.

    Example: escalation policy upgrade policy.json --write
    """
    if only_check + write + (output is not None) > 1:
        raise wrong("upgrade:", "give one of --check, --write and --output")
    found = _upgraded(file)
    _tell(file, found)
    if only_check:
        sys.exit(1 if found.moved else 0)
    text = _laid_out(found, file.read_text("utf-8-sig"))
    if write and found.moved:
        save(file, text)
    elif output:
        save(output, text)
    elif not write:
        click.echo(text, nl=False)


def _upgraded(file: Path) -> Upgrade:
    document = read_json(file, "policy")
    if not isinstance(document, dict):
        check(document, "policy", title=f"{file} has mistakes:")
    found = upgrades.upgrade(document)
    compile_document(found.document, title=f"{file} has mistakes:")
    return found


def _tell(file: Path, found: Upgrade) -> None:
    if not found.moved:
        click.echo(f"{file} is of today's format, {CURRENT}.", err=True)
    for one in found.moved:
        click.echo(str(one), err=True)


def _laid_out(found: Upgrade, before: str) -> str:
    """Return the file's new text, indented as it was."""
    if not found.moved:
        return before
    indent = re.search(r"^[{\[]\s*?\n([ \t]+)\S", before)
    return json.dumps(found.document, indent=indent[1] if indent else "  ", ensure_ascii=False) + "\n"
