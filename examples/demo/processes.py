"""Receiver and worker as in earnest, but on the demo's clock."""

from __future__ import annotations

import os
import sys

from examples.demo.clock import now
from plugin import processes
from plugin.bootstrap import build
from plugin.log import to_stderr
from plugin.settings import Settings
from plugin.web.door import Door, door_to


def web() -> Door:
    """Return the receiver's application behind its door."""
    to_stderr()
    settings = Settings.from_env(os.environ)
    return door_to(build(settings, clock=now), most_bytes=settings.max_body_bytes)


def main() -> None:
    """Run the process that is named on the command line."""
    to_stderr()
    settings = Settings.from_env(os.environ)
    if sys.argv[1] == "serve":
        processes.serve(settings, "examples.demo.processes:web")
    else:
        processes.work(settings, clock=now)


if __name__ == "__main__":
    main()
