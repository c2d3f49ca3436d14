"""The demo's clock: real time plus the seconds that stand in a file, so that several processes jump together."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def offset() -> timedelta:
    """Return how far the day has been turned forward."""
    try:
        return timedelta(seconds=float(Path(os.environ["DEMO_CLOCK"]).read_text("utf-8")))
    except (KeyError, OSError, ValueError):
        return timedelta()


def now() -> datetime:
    """Return the demo's instant."""
    return datetime.now(UTC) + offset()
