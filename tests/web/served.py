"""The receiver as it is served, with doors of several tempers: `python -m tests.web.served PORT FACTORY`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from plugin import processes
from plugin.bootstrap import build
from plugin.settings import Settings
from plugin.web.app import create_app
from plugin.web.door import Door

#: Longer than any test lasts.
FOR_EVER = 3600.0
UNFINISHED = 20


def _door(patience: float) -> Door:
    settings = Settings.from_env(os.environ)
    app = create_app(build(settings), max_body_bytes=settings.max_body_bytes)
    return Door(app, most_bytes=settings.max_body_bytes, patience=patience, unfinished=UNFINISHED)


def patient() -> Door:
    """Wait for ever, for a few."""
    return _door(FOR_EVER)


def hasty() -> Door:
    """Wait for nobody."""
    return _door(0.01)


if __name__ == "__main__":
    settings = Settings.from_env(os.environ)
    processes.serve(replace(settings, port=int(sys.argv[1])), f"tests.web.served:{sys.argv[2]}")
