"""The one clock."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return this instant, aware UTC."""
    return datetime.now(UTC)
