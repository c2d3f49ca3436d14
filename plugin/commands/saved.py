"""A file written for an admin."""

from __future__ import annotations

import shutil
from pathlib import Path

from plugin.commands.told import wrong


def save(path: Path, text: str) -> None:
    """Write a file so that it is the old one or the new one, never half of it."""
    path = path.resolve()  # a link stays one
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_text(text, "utf-8")
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError as problem:
        raise wrong(f"{path}:", f"cannot be written: {problem.strerror}") from problem
