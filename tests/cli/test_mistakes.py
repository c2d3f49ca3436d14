"""What is mistyped or broken is told in a sentence, and no secret is in it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from plugin.store.store import Store
from tests.cli.test_commands import EXAMPLE, run, write
from tests.scenarios.world import ACME, POLICY

GOOD: dict[str, Any] = {
    "platform": "zendesk",
    "base_url": "http://127.0.0.1:9",
    "auth": {"bearer_token": "x"},
    "webhook_secrets": ["x"],
}


def environment(folder: Path, connection: dict[str, Any] = GOOD, **changed: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'x.db'}",
        "CONNECTIONS_FILE": write(folder / "connections.json", {"connections": {ACME: connection}}),
        "POLICY_FILE": write(folder / "policy.json", POLICY),
        **changed,
    }


LOOKS: list[tuple[str, ...]] = [
    *[("doctor",), ("worker",), ("dead-letters", "list"), ("held", "list"), ("held", "release", "x")],
    *[("policy", "versions"), ("policy", "show", "0da4"), ("policy", "diff", "0da4", "0da5")],
    *[("explain", str(EXAMPLE), "--id", "acme#7"), ("log", "--ticket", "acme#7")],
]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://", "names no file"),
        ("mysql://root:hunter2@host/db", "expected sqlite:///FILE or postgresql://"),
        ("postgresql://u:hun@ter2@host/db", "write @ as %40"),
        ("postgresql://u:hun@ter2:x@host/db", "write @ as %40"),
        ("postgresql://u:p@host:hunter2/db", "cannot be read as an address"),
        ("hunter2", "cannot be read as an address"),
    ],
)
@pytest.mark.parametrize("command", [("migrate",), ("doctor",), ("dead-letters", "list"), ("worker",)])
def test_an_address_of_no_database_is_told_without_any_of_it(
    tmp_path: Path, command: tuple[str, ...], url: str, word: str
) -> None:
    result = run(*command, **environment(tmp_path, DATABASE_URL=url))

    assert (result.exit_code, word in result.output) == (1, True), result.output
    assert "hun" not in result.output
    assert "ter2" not in result.output


@pytest.mark.parametrize("command", LOOKS)
def test_who_only_looks_makes_no_file(tmp_path: Path, command: tuple[str, ...]) -> None:
    result = run(*command, **environment(tmp_path))

    assert result.exit_code == 1
    assert f"there is no file {tmp_path / 'x.db'}; run: escalation migrate" in result.output
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize("command", LOOKS[2:])
def test_an_empty_file_is_no_database_yet(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "x.db").touch()

    result = run(*command, **environment(tmp_path))

    assert (result.exit_code, "run: escalation migrate" in result.output) == (1, True), result.output


def migrated(folder: Path) -> str:
    url = f"sqlite:///{folder / 'x.db'}"
    with closing(Store.open(url)) as store:
        store.migrate()
    return url


@pytest.mark.parametrize("command", [("migrate",), ("doctor",)])
def test_a_database_of_a_newer_program_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    with closing(Store.open(migrated(tmp_path))) as store, store._writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    result = run(*command, **environment(tmp_path))

    assert result.exit_code == 1
    assert "newer than this program" in result.output


def test_tables_that_are_missing_are_told_with_the_remedy(tmp_path: Path) -> None:
    with closing(Store.open(migrated(tmp_path))) as store:
        store.migrate("base")

    result = run("dead-letters", "list", **environment(tmp_path))

    assert "run: escalation migrate" in result.output


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("Dear diary, " * 100, "utf-8")

    assert "is no SQLite database" in run("migrate", **environment(tmp_path)).output


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/x.db"

    assert f"{tmp_path}/nowhere/x.db" in run("migrate", **environment(tmp_path, DATABASE_URL=url)).output


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://nobody:hunter2@127.0.0.1:1/nothing"

    result = run("migrate", **environment(tmp_path, DATABASE_URL=url))

    assert "the server 127.0.0.1 cannot be reached" in result.output
    assert "hunter2" not in result.output


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"base_url": "https://[acme"}, "base_url"),
        ({"base_url": "https://acme:port"}, "base_url"),
        ({"auth": {"bearer_token": {"file": "a\u0000b"}}}, "cannot be read: ValueError"),
        ({"auth": {"bearer_token": {"env": "a\ud800b"}}}, "auth.bearer_token.env: holds half a character"),
        ({"auth": {"bearer_token": {"env": "TWO_LINES"}}}, "a line break"),
        ({"webhook_secrets": [{"env": "TWO_LINES"}]}, "a line break"),
        ({"auth": {"bearer_token": {"env": "FOREIGN"}}}, "a letter that no secret has"),
    ],
)
def test_a_connection_with_a_mistake_is_told_without_the_secret(
    tmp_path: Path, changed: dict[str, Any], word: str
) -> None:
    secrets = {"TWO_LINES": "hunter2\nX-Evil: 1", "FOREIGN": "hunter2żółw"}

    result = run("serve", **environment(tmp_path, {**GOOD, **changed}, **secrets))

    assert (result.exit_code, word in result.output) == (1, True), result.output
    assert "hunter2" not in result.output


@pytest.mark.parametrize("reference", ["env", "file"])
def test_a_line_break_behind_a_secret_does_not_belong_to_it(tmp_path: Path, reference: str) -> None:
    (tmp_path / "secret").write_text("x\n", "utf-8")
    named = {"env": {"env": "SECRET"}, "file": {"file": str(tmp_path / "secret")}}[reference]

    result = run("doctor", **environment(tmp_path, {**GOOD, "webhook_secrets": [named]}, SECRET="x\n"))

    assert "1 connections" in result.output


@pytest.mark.parametrize("name", ["policy.json", "connections.json"])
def test_a_number_too_long_to_read_is_told(tmp_path: Path, name: str) -> None:
    settings = environment(tmp_path)
    (tmp_path / name).write_text(f'{{"rules": {"9" * 5000}}}', "utf-8")

    result = run("worker", **settings)

    assert (result.exit_code, "too many digits" in result.output) == (1, True), result.output


def test_a_port_of_five_thousand_digits_is_told_shortly(tmp_path: Path) -> None:
    result = run("serve", **environment(tmp_path, PORT="9" * 5000))

    assert "PORT: " in result.output
    assert len(result.output) < 300


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    assert "is it the right file" in run("check", "/dev/zero").output


def test_doctor_tells_everything_at_once(tmp_path: Path) -> None:
    settings = environment(tmp_path, {**GOOD, "base_url": "http://acme.zendesk.com"})
    (tmp_path / "policy.json").write_text(json.dumps({**POLICY, "matrix": []}), "utf-8")

    result = run("doctor", **settings)

    for what in ("fix settings", "fix store", "fix policy"):
        assert what in result.output


def test_doctor_looks_at_connections_also_when_the_policy_is_broken(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    (tmp_path / "policy.json").write_text("{", "utf-8")

    assert f"fix connection {ACME}" in run("doctor", **settings).output
