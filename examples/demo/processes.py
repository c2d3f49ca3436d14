"""Receiver and worker as in earnest, but on the demo's clock."""

from __future__ import annotations

import os
import sys

from flask import Flask

from examples.demo.clock import now
from plugin import processes
from plugin.bootstrap import build
from plugin.log import to_stderr
from plugin.settings import Settings
from plugin.web.app import create_app


def web() -> Flask:
    """Return the receiver's application."""
    to_stderr()
    return create_app(build(Settings.from_env(os.environ), clock=now))


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
