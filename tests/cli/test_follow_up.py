"""`escalation follow-up` as people and spreadsheets read it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.clock import utc_now
from plugin.commands.follow_up import COLUMNS
from plugin.commands.shown import look_of, say
from plugin.core.follow_ups import FollowUpState, Term
from plugin.store.store import Store
from tests.store.samples import LINE, NOON, OTHER, Step, case, message, put, sqlite_url
from tests.store.test_follow_ups import ENDED, OPEN

SPOILT = "=cmd|' /C calc'!A1"


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = sqlite_url(tmp_path)
    store = Store.open(url)
    store.migrate()
    put(store, Step(case=ENDED, follow_ups=(replace(OPEN, root_cause=SPOILT),)))
    later = Term(due_at=utc_now() + timedelta(days=9), next_at=NOON)
    fresh = replace(OPEN, case_id="c2", ticket=OTHER, term=later, actions=(), follows="c1", prevention="an alert")
    put(store, Step(case=case("c2", ref=OTHER, ended_at=NOON), follow_ups=(replace(fresh, cause=None),)), OTHER)
    put(store, Step(case=case("c3", opened_at=NOON + timedelta(hours=1))))
    store.close()
    return url


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["follow-up", *arguments, "--database-url", url])


def test_the_list_tells_owner_state_and_what_is_missing(url: str) -> None:
    first, second = run(url, "list").output.splitlines()

    assert first == "acme#42  sev1  overdue  ana  by 2026-03-03 12:00Z  missing: prevention, action 1"
    assert second.startswith("acme#43  sev1  open  ana  by ")
    assert second.endswith("missing: cause")


def test_only_what_is_overdue(url: str) -> None:
    assert [line.split()[0] for line in run(url, "list", "--overdue").output.splitlines()] == ["acme#42"]
    assert len(run(url, "list", "--open").output.splitlines()) == 2


def test_a_list_for_programs(url: str) -> None:
    first, _ = json.loads(run(url, "list", "--open", "--json").output)

    assert (first["ticket"], first["overdue"], first["missing"]) == ("42", True, ["prevention"])
    assert [one["done_at"] for one in first["actions"]] == [None, "2026-03-02T12:00:00+00:00"]


def test_a_ticket_is_shown_whole(url: str) -> None:
    output = run(url, "show", "acme#42").output

    assert f"cause config: {SPOILT}" in output
    assert "action 1: ana by 2026-03-03T12:00:00+00:00: add a check" in output
    assert "case c2, which follows c1" in run(url, "show", "acme#43").output
    assert "prevention: an alert" in run(url, "show", "acme#43").output
    assert json.loads(run(url, "show", "acme#42", "--json").output)[0]["case"] == "c1"


@pytest.mark.parametrize(("ticket", "said"), [("acme#7", "it has no follow-up"), ("acme", "expected a connection")])
def test_a_ticket_without_one_is_told(url: str, ticket: str, said: str) -> None:
    result = run(url, "show", ticket)

    assert result.exit_code == 1
    assert said in result.output


def test_nothing_to_list_is_said(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    store = Store.open(url)
    store.migrate()
    store.close()

    assert run(url, "list").output == "No follow-up fits.\n"


def test_an_export_has_a_line_for_every_case_and_the_same_columns(url: str) -> None:
    lines = [json.loads(line) for line in run(url, "export").output.splitlines()]

    assert [list(line) for line in lines] == [list(COLUMNS)] * 3
    assert [(line["case"], line["follow_up"], line["cause"]) for line in lines] == [
        ("c1", "open", "config"),
        ("c2", "open", None),
        ("c3", None, None),
    ]
    assert lines[0]["actions"][0]["text"] == "add a check"


def test_a_table_runs_nothing_in_a_spreadsheet(url: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run(url, "export", "--format", "csv").output)))

    assert rows[0]["root_cause"] == f"'{SPOILT}"
    assert rows[0]["actions"].startswith("1: ana by 2026-03-03T12:00:00+00:00: add a check; 2: ben by ")
    assert [row["follow_up"] for row in rows] == ["open", "open", ""]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1"])
def test_whatever_begins_a_formula_is_a_text(tmp_path: Path, text: str) -> None:
    url = sqlite_url(tmp_path)
    store = Store.open(url)
    store.migrate()
    put(store, Step(case=ENDED, follow_ups=(replace(OPEN, state=FollowUpState.FINISHED, root_cause=text),)))
    store.close()

    (row,) = csv.DictReader(io.StringIO(run(url, "export", "--format", "csv").output, newline=""))

    assert row["root_cause"] == f"'{text}"


#: A colour, a window's title, the cursor by a control of one byte, and text turned around.
OBEYED = "\x1b[31mred\x1b]0;title\x07 \x9b2J \u202etxt.exe\u2066 \r\x7f\u200b"
WRITTEN_OUT = r"\u001b[31mred\u001b]0;title\u0007 \u009b2J \u202etxt.exe\u2066 \u000d\u007f\u200b"


def test_what_people_wrote_is_obeyed_by_no_terminal(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    store = Store.open(url)
    store.migrate()
    told = replace(OPEN, root_cause=OBEYED, prevention=OBEYED)
    line = replace(LINE, case_id=None, evidence={"detail": OBEYED, "error": OBEYED})
    put(store, Step(case=ENDED, follow_ups=(told,), log=(line,)))
    put(store, Step(messages=(message(destination="chat", headline=OBEYED),)))
    store.close()

    shown, table = run(url, "show", "acme#42").output, run(url, "export", "--format", "csv").output
    log = CliRunner(env={"DATABASE_URL": url}).invoke(main, ["log"]).output
    programs = [run(url, "export").output, run(url, "show", "acme#42", "--json").output]
    exported = CliRunner().invoke(main, ["log-export", "--database-url", url]).output

    assert f"cause config: {WRITTEN_OUT}" in shown
    assert all(WRITTEN_OUT in text for text in (table, log))
    for text in (shown, table, log, exported, *programs):
        assert not set(text) & set(OBEYED) - set(WRITTEN_OUT), ascii(text)
    assert json.loads(programs[0].splitlines()[0])["root_cause"] == OBEYED
    assert json.loads(exported.splitlines()[0])["evidence"] == json.dumps({"detail": OBEYED, "error": OBEYED})


def test_our_own_colours_are(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)

    say(f"{look_of(UTC).mark(True)} \x1b[31mred")

    out = capsys.readouterr().out
    assert out.startswith("\x1b[32m")
    assert out.endswith("\x1b[0m \\u001b[31mred\n")
