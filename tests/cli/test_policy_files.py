"""Files that are no policy, in ways nobody means: each is refused in a sentence, and nothing hangs or ends on it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin.documents import load_policy
from plugin.upkeep import Upkeep
from tests.cli.test_commands import run, write
from tests.scenarios.world import POLICY, World, living


def _digits(file: Path) -> None:
    file.write_text(f'{{"rules": {"9" * 5000}}}', "utf-8")


def _large(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(2 * 2**30)  # takes no room


def _bytes(file: Path) -> None:
    file.write_bytes(b'{"name": "\xff"}')


BROKEN: list[tuple[Callable[[Path], object], str]] = [
    (_digits, "too many digits"),
    (os.mkfifo, "no regular file"),
    (Path.mkdir, "is a folder"),
    (_large, "is it the right file"),
    (_bytes, "cannot be read"),
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with living(f"sqlite:///{tmp_path / 'escalation.db'}", policy=POLICY) as world:
        yield world


def begun(world: World, folder: Path) -> tuple[Upkeep, Path]:
    file = Path(write(folder / "policy.json", POLICY))
    compiled, document = load_policy(file)
    world.parts.policy = compiled
    upkeep = Upkeep(parts=world.parts, policy_file=file)
    upkeep.begin(document)
    return upkeep, file


@pytest.mark.parametrize(("spoil", "told"), BROKEN)
def test_what_is_no_file_of_a_person_is_told(tmp_path: Path, spoil: Callable[[Path], object], told: str) -> None:
    spoil(tmp_path / "policy.json")

    result = run("calendar", "office", "--for", "1h", POLICY_FILE=str(tmp_path / "policy.json"))

    assert (result.exit_code, told in result.output) == (1, True), result.output


@pytest.mark.parametrize(("spoil", "told"), BROKEN)
def test_a_running_worker_refuses_it_and_goes_on(
    world: World, tmp_path: Path, spoil: Callable[[Path], object], told: str
) -> None:
    upkeep, file = begun(world, tmp_path)
    before = world.parts.policy

    file.unlink()
    spoil(file)
    upkeep.look()

    assert world.parts.policy is before
    assert told in str(world.parts.store.policies.loads()[-1].problem)


def test_what_nobody_thought_of_is_refused_too(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    upkeep, file = begun(world, tmp_path)
    before = world.parts.policy

    def failing(path: Path) -> None:
        raise ZeroDivisionError("hunter2")

    monkeypatch.setattr("plugin.upkeep.load_policy", failing)
    file.write_text(json.dumps({**POLICY, "name": "another"}), "utf-8")
    upkeep.look()

    assert world.parts.policy is before
    assert any("ZeroDivisionError" in line for line in caplog.messages)
    assert not any("hunter2" in line for line in caplog.messages)


HALVES: list[tuple[dict[str, Any], str]] = [
    ({"name": "half \ud800 a face"}, "name: "),
    ({"templates": {"hello": {"en": "half \ud800 a face"}}}, "templates.hello.en: "),
    ({"matrix": [{**POLICY["matrix"][0], "owner": "\udfff"}]}, "matrix[0].owner: "),
    ({"groups": {"a\ud800": {"ids": {}}}}, r"groups.a\ud800: "),
]


@pytest.mark.parametrize(("changed", "where"), HALVES)
def test_half_a_character_is_told_with_its_place(tmp_path: Path, changed: dict[str, Any], where: str) -> None:
    file = write(tmp_path / "policy.json", {**POLICY, **changed})

    result = run("check", file)
    rendered = run("policy", "render", file)

    for one in (result, rendered):
        assert (one.exit_code, f"{where}holds half a character" in one.output) == (1, True), one.output


def test_two_halves_that_belong_together_are_a_character(tmp_path: Path) -> None:
    file = write(tmp_path / "policy.json", {**POLICY, "name": "a \U0001f600 face"})

    assert r"\ud83d\ude00" in Path(file).read_text("utf-8")
    assert run("check", file).exit_code == 0
