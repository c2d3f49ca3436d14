"""The policy's reference has the keys that the schema has."""

from __future__ import annotations

from tests.house.policy_page import LINKS, PAGE, filled, table

TEXT = PAGE.read_text("utf-8")


def test_every_table_is_made_of_the_schema() -> None:
    assert filled(TEXT) == TEXT, "rewrite it with: make docs"


def test_every_link_is_used() -> None:
    tables = {name: table(name) for name in {name.partition(".")[0] for name in LINKS}}

    unused = [name for name, link in LINKS.items() if f"`]({link})" not in tables[name.partition(".")[0]]]
    assert unused == []


def test_the_anchors_that_other_pages_lead_to_stay() -> None:
    for heading in ("Rules", "Acting again", "Blast radius", "Recurrence", "Matrix", "Ladders", "Changes", "Durations"):
        assert f"# {heading}\n" in TEXT
