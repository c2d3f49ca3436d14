"""Reopens counted from a real desk's moves agree with that desk's own counter."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.model import Move
from plugin.core.history import TRACKED, History

FOLDER = Path(__file__).parents[3] / "shared/data/history"
DONE = {"Resolved": "solved", "Closed": "closed"}

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the real histories are not here")


def rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(FOLDER / name, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def test_reopens_are_as_the_desk_counted_them() -> None:
    moves: dict[str, list[Move]] = defaultdict(list)
    for row in rows("uci_events.csv.gz"):
        if row["field"] == "incident_state":
            at = datetime.fromisoformat(row["time"]).replace(tzinfo=UTC)
            moves[row["ticket"]].append(Move(at=at, what="status", value=DONE.get(row["new"], "open")))

    told = {row["ticket"]: int(row["reopens"]) for row in rows("uci_tickets.csv.gz")}

    counted = {ticket: History().with_moves(moves[ticket], complete=TRACKED).reopens() for ticket in told}
    assert counted == told
    assert sum(told.values()) > 100
