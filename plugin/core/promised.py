"""Dates promised, as platforms write them: an instant, or a day, which ends at its midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def promised_at(value: object, zone: tzinfo) -> datetime | None:
    """Return the instant at which a promised date is past, aware; a day is promised until its end in the zone."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    try:
        if len(text) == len("2026-12-01"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone).astimezone(UTC)
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
