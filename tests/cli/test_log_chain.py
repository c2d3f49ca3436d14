"""The case log as an archive reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import text

from plugin.cli import main
from plugin.core.replaying import TOLD, snapshot
from plugin.store.codec import dump_case
from plugin.store.store import Store
from tests.store.samples import LINE, Step, case, put, sqlite_url


def told(folder: Path) -> tuple[str, Store]:
    url = sqlite_url(folder)
    store = Store.open(url)
    store.migrate()
    put(store, Step(log=(LINE, LINE)))
    return url, store


def test_a_whole_log_is_said_to_be(tmp_path: Path) -> None:
    url, store = told(tmp_path)
    store.close()

    done = CliRunner().invoke(main, ["log-verify", "--database-url", url])

    assert (done.exit_code, done.output) == (0, "The case log is whole.\n")


def test_a_changed_line_is_named_with_its_ticket(tmp_path: Path) -> None:
    url, store = told(tmp_path)
    with store._writing() as connection:  # spoilt as no code of ours would
        connection.execute(text("UPDATE case_log SET what = 'nothing' WHERE id = 1"))
    store.close()

    done = CliRunner().invoke(main, ["log-verify", "--database-url", url])

    assert done.exit_code == 1
    assert "line 1  acme#42  was changed, or a line before it is missing" in done.output


def test_an_export_is_one_line_of_json_each(tmp_path: Path) -> None:
    url, store = told(tmp_path)
    store.close()

    done = CliRunner().invoke(main, ["log-export", "--database-url", url])

    lines = [json.loads(line) for line in done.output.splitlines()]
    assert [line["what"] for line in lines] == ["opened", "opened"]
    assert all(line["digest"] for line in lines)


def test_a_case_changed_behind_the_logs_back_is_named(tmp_path: Path) -> None:
    url, store = told(tmp_path)
    opened = case()
    stands = replace(LINE, case_id=opened.id, evidence={TOLD: snapshot(opened)})
    put(store, Step(case=opened, log=(stands,)))
    with store._writing() as connection:  # changed as no code of ours would
        forged = dump_case(replace(opened, owner="mallory"))
        connection.execute(text("UPDATE cases SET document = :forged"), {"forged": forged})
    store.close()

    done = CliRunner().invoke(main, ["log-verify", "--database-url", url])

    assert done.exit_code == 1
    assert f"case {opened.id}  acme#42  was changed; the log says: owner {opened.owner}" in done.output


def test_a_case_of_which_no_line_tells_is_named(tmp_path: Path) -> None:
    url, store = told(tmp_path)
    put(store, Step(case=case("c2")))
    store.close()

    done = CliRunner().invoke(main, ["log-verify", "--database-url", url])

    assert done.exit_code == 1
    assert "case c2  acme#42  stands there, and no line of the log tells of it" in done.output
