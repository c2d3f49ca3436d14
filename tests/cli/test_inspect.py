"""What a webhook body becomes, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_commands import run, write


def test_inspect_shows_what_a_body_becomes(tmp_path: Path) -> None:
    body = {"id": "e", "type": "zen:event-type:ticket.status_changed", "subject": "zen:ticket:7", "detail": {"id": "7"}}

    result = run("inspect", "zendesk", write(tmp_path / "body.json", {**body, "event": {"current": "OPEN"}}))

    assert json.loads(result.output)["events"][0]["kind"] == "status_changed"


def test_inspect_of_something_else_says_why(tmp_path: Path) -> None:
    result = run("inspect", "zendesk", write(tmp_path / "body.json", {"hello": 1}))

    assert result.exit_code == 1
    assert "ticket" in result.output
