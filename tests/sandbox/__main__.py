"""`python -m tests.sandbox --port N`: a sandbox as a process of its own."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from tests.sandbox import JiraSandbox, ZendeskSandbox

KINDS: Mapping[str, Callable[..., Any]] = {
    "jira": partial(JiraSandbox, cloud=True),
    "jira-data-center": partial(JiraSandbox, cloud=False),
    "zendesk": ZendeskSandbox,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=sorted(KINDS), default="zendesk")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--clock-file", type=Path, help="holds the seconds by which the clock is ahead")
    given = parser.parse_args()
    done = threading.Event()

    def clock() -> datetime:
        try:
            ahead = float(given.clock_file.read_text("utf-8")) if given.clock_file else 0.0
        except (OSError, ValueError):
            ahead = 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with KINDS[given.platform](clock=clock, port=given.port) as sandbox:
        if given.seed:
            sandbox.seed(json.loads(given.seed.read_text("utf-8")))
        print(f"sandbox helpdesk on {sandbox.url}", flush=True)
        done.wait()


if __name__ == "__main__":
    main()
