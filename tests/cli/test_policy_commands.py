"""`escalation policy`, as an admin uses it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from plugin.cli import main
from plugin.core.compiling.upgrades import upgraded
from plugin.core.rules import version_of
from plugin.store.store import Store
from tests.core.samples import document

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["policy", *map(str, arguments)], catch_exceptions=False)


def write(path: Path, found: object, **layout: Any) -> Path:
    path.write_text(json.dumps(found, **layout), "utf-8")
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write(tmp_path / "policy.json", upgraded(document()), indent=2)


@pytest.fixture
def outdated(tmp_path: Path) -> Path:
    found = document()
    found["matrix"][1]["changes"]["followers"] = ["ben"]
    return write(tmp_path / "old.json", found, indent=4)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a store that holds two versions."""
    url = f"sqlite:///{tmp_path_factory.mktemp('kept')}/kept.db"
    store = Store.open(url)
    store.migrate()
    for number, (name, by) in enumerate([("First", "ana"), ("Second", "")]):
        found = upgraded({**document(), "name": name})
        store.policies.save(version_of(found), found, now=NOON + timedelta(hours=number), by=by)
    store.close()
    return url


FIRST, SECOND = (version_of(upgraded({**document(), "name": name})) for name in ("First", "Second"))


# --- render


def test_a_policy_is_printed_as_markdown(policy: Path) -> None:
    result = run("render", policy, "--date", "2026-11-24")

    assert result.exit_code == 0
    assert "as of 2026-11-24" in result.output
    assert "## When we escalate" in result.output


def test_a_policy_is_written_as_html(policy: Path, tmp_path: Path) -> None:
    result = run("render", policy, "--format", "html", "--output", tmp_path / "policy.html")

    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "policy.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--date", "soon"), '--date:\n  found "soon", expected a day such as 2026-11-24'),
        (("--output", "no/where.md"), "cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_rendered_is_said(policy: Path, options: tuple[str, ...], said: str) -> None:
    result = run("render", policy, *options)

    assert result.exit_code == 1
    assert said in result.output


# --- upgrade


def test_an_outdated_policy_is_told(outdated: Path) -> None:
    before = outdated.read_bytes()

    result = run("upgrade", outdated, "--check")

    assert result.exit_code == 1
    assert "matrix[1].changes.followers: is now matrix[1].watchers\nformat: 1 is now 2" in result.output
    assert outdated.read_bytes() == before


def test_an_outdated_policy_is_rewritten_in_its_own_layout(outdated: Path) -> None:
    outdated.chmod(0o640)

    assert run("upgrade", outdated, "--write").exit_code == 0

    text = outdated.read_text("utf-8")
    assert text.startswith('{\n    "format": 2,\n    "rules"')
    assert json.loads(text)["matrix"][1]["watchers"] == ["ben"]
    assert outdated.stat().st_mode & 0o777 == 0o640
    assert run("upgrade", outdated, "--check").exit_code == 0
    assert [path.name for path in outdated.parent.iterdir()] == ["old.json"]


def test_a_policy_of_today_stays_as_it_is_to_the_byte(policy: Path) -> None:
    policy.write_text(policy.read_text("utf-8").replace("\n", "\n\n"), "utf-8")
    before = policy.read_bytes()

    result = run("upgrade", policy, "--write")

    assert "is of today's format, 2" in result.output
    assert policy.read_bytes() == before
    assert run("upgrade", policy).stdout == before.decode()


def test_the_upgraded_policy_is_printed_or_written_elsewhere(outdated: Path, tmp_path: Path) -> None:
    before = outdated.read_bytes()

    printed = run("upgrade", outdated)
    run("upgrade", outdated, "--output", tmp_path / "new.json")

    assert json.loads(printed.stdout)["format"] == 2
    assert (tmp_path / "new.json").read_text("utf-8") == printed.stdout
    assert outdated.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ({"format": 3, "rules": []}, (), "format: found 3, expected 1 or 2"),
        ([], (), "found [], expected object"),
        ({}, ("--check", "--write"), "give one of --check, --write and --output"),
    ],
)
def test_what_cannot_be_upgraded_is_said(tmp_path: Path, content: object, options: tuple[str, ...], said: str) -> None:
    result = run("upgrade", write(tmp_path / "policy.json", content), *options)

    assert result.exit_code == 1
    assert said in result.output


def test_a_policy_with_mistakes_is_not_written(outdated: Path) -> None:
    outdated.write_text(outdated.read_text("utf-8").replace('"contains"', '"contain"'), "utf-8")
    before = outdated.read_bytes()

    result = run("upgrade", outdated, "--write")

    assert result.exit_code == 1
    assert 'did you mean "contains"?' in result.output
    assert outdated.read_bytes() == before


# --- versions


def test_versions_are_listed_the_newest_first(kept: str) -> None:
    result = run("versions", DATABASE_URL=kept)

    assert result.output == f"{SECOND}  2026-11-24 13:00:00\n{FIRST}  2026-11-24 12:00:00  ana\n"


def test_versions_are_told_to_programs(kept: str) -> None:
    result = run("versions", "--json", DATABASE_URL=kept)

    assert json.loads(result.output)[1] == {"version": FIRST, "at": "2026-11-24T12:00:00+00:00", "by": "ana"}


def test_no_version_is_said(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    Store.open(url).migrate()

    assert run("versions", DATABASE_URL=url).output == "No policy was taken into use yet.\n"


@pytest.mark.parametrize("name", [FIRST, FIRST[:5]])
def test_a_version_is_shown(kept: str, name: str) -> None:
    assert json.loads(run("show", name, DATABASE_URL=kept).output)["name"] == "First"


def test_a_version_that_is_not_there_is_said(kept: str) -> None:
    missing, several = run("show", "zzz", DATABASE_URL=kept), run("show", "", DATABASE_URL=kept)

    assert (missing.exit_code, several.exit_code) == (1, 1)
    assert "zzz:\n  no such version; see `escalation policy versions`" in missing.output
    assert f"several begin so: {FIRST}, {SECOND}" in several.output


@pytest.mark.parametrize("spoilt", [json.dumps({"name": "Third"}), "{", "[]"])
def test_a_version_that_was_changed_is_said(tmp_path: Path, spoilt: str) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    store = Store.open(url)
    store.migrate()
    store.policies.save(FIRST, upgraded({**document(), "name": "First"}), now=NOON, by="ana")
    assert store.policies.spoilt() == []
    with store._writing() as connection:  # as no code of ours would
        connection.execute(text("UPDATE policies SET document = :spoilt"), {"spoilt": spoilt})
    store.close()

    listed, told = run("versions", DATABASE_URL=url), run("versions", "--json", DATABASE_URL=url)
    shown = run("show", FIRST, DATABASE_URL=url)
    verified = CliRunner().invoke(main, ["log-verify", "--database-url", url])

    assert listed.output == f"{FIRST}  2026-11-24 12:00:00  ana  its document was changed since\n"
    assert json.loads(told.output)[0]["changed_since"] is True
    assert (shown.exit_code, "was changed" in shown.output) == (1, True)
    assert (verified.exit_code, f"policy {FIRST}  was changed" in verified.output) == (1, True)


# --- diff


def test_a_file_that_is_not_there_is_not_looked_for_among_the_versions(policy: Path, kept: str) -> None:
    result = run("diff", policy, "nope.json", DATABASE_URL=kept)

    assert (result.exit_code, "nope.json:\n  there is no such file" in result.output) == (1, True), result.output


def test_a_version_is_compared_with_a_file(kept: str, policy: Path) -> None:
    result = run("diff", FIRST, policy, DATABASE_URL=kept)

    assert result.exit_code == 0
    assert result.output == "name: removed\n  - name: First\n"


def test_files_are_compared_without_a_store(policy: Path, tmp_path: Path) -> None:
    found = json.loads(policy.read_text("utf-8"))
    found["rules"][0]["when"]["value"] = "refund"
    other = write(tmp_path / "other.json", found)

    result, as_json = run("diff", policy, other), run("diff", policy, other, "--json")

    before, after = "When: The tags include “payment”.", "When: The tags include “refund”."
    assert result.output == f"rule payment: changed\n  - {before}\n  + {after}\n"
    assert json.loads(as_json.output) == [
        {"what": "rule payment", "how": "changed", "before": [before], "after": [after]}
    ]


def test_the_same_policy_does_not_differ(policy: Path) -> None:
    assert run("diff", policy, policy).output == "Nothing differs.\n"
