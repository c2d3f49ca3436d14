"""Test files, found and run.

Rule 1: every mistake of every file is told before anything runs.
Rule 2: each case has a store and a helpdesk of its own; nothing is left of one for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.errors import ConnectorError
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems
from plugin.documents import check, load_policy
from plugin.json_file import read_json
from plugin.rehearsal.cases import read_suite
from plugin.rehearsal.checking import Difference, differences
from plugin.rehearsal.clock import Clock
from plugin.rehearsal.coverage import Coverage
from plugin.rehearsal.observing import Observer
from plugin.rehearsal.runner import Endless, Rehearsal
from plugin.rehearsal.stores import EmptyStore, empty_stores
from plugin.rehearsal.stories import Step, Story, Suite

ENDING = ".test.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A step of which something else came than expected."""

    step: Step
    differences: tuple[Difference, ...] = ()
    stopped: str = ""  #: Why the case could not go on.


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of one case."""

    file: Path
    name: str
    zone: ZoneInfo
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """What became of all cases."""

    results: tuple[Result, ...]
    coverages: Mapping[Path, Coverage]  #: By the policy's file.

    @property
    def failed(self) -> int:
        """Return how many cases failed."""
        return sum(bool(result.failures) for result in self.results)


@dataclass(frozen=True, kw_only=True, slots=True)
class TestFile:
    """One file, read."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    path: Path
    policy_path: Path
    suite: Suite


def find(place: Path) -> list[Path]:
    """Return the test files of a folder, or the one file, or raise Problems."""
    found = [place] if place.is_file() else sorted(place.rglob(f"*{ENDING}"))
    if not found:
        raise Problems(f"{place}:", [Problem(where="", message=f"no test file; their names end in {ENDING}")])
    return found


def read(paths: list[Path], policy: Path | None) -> list[TestFile]:
    """Return the files with their policies, or raise Problems with every mistake in any of them."""
    policies: dict[Path, Policy] = {}
    files: list[TestFile] = []
    found: list[Problems] = []
    for path in paths:
        try:
            files.append(_read(path, policy, policies))
        except Problems as problems:
            found.append(problems)
    if len(found) > 1:
        told = [Problem(where="", message=f"{one.title} {problem}") for one in found for problem in one.found]
        raise Problems("Nothing was run:", dict.fromkeys(told))
    if found:
        raise found[0]
    return files


def _read(path: Path, policy: Path | None, policies: dict[Path, Policy]) -> TestFile:
    document, title = read_json(path, "test"), f"{path} has mistakes:"
    check(document, "policy-test", title=title)
    named = path.parent / document["policy"] if "policy" in document else policy
    if named is None:
        remedy = 'say "policy": "policy.json" in it, or name one with --policy'
        raise Problems(title, [Problem(where="policy", message=f"missing; {remedy}")])
    where = named.resolve()
    if where not in policies:
        policies[where], _ = load_policy(named)
    return TestFile(path=path, policy_path=where, suite=read_suite(document, policies[where], title=title))


@dataclass
class Running:
    """The cases as they are run, one after the other."""

    files: list[TestFile]
    coverages: dict[Path, Coverage] = field(default_factory=dict)

    def run(self, tell: Callable[[Result], None] = lambda _: None) -> Rehearsed:
        """Run every case; each result is told as soon as it is there."""
        results: list[Result] = []
        with empty_stores() as empty:
            for result in self._results(empty):
                results.append(result)
                tell(result)
        return Rehearsed(results=tuple(results), coverages=self.coverages)

    def _results(self, empty: EmptyStore) -> Iterator[Result]:
        for file in self.files:
            coverage = self.coverages.setdefault(file.policy_path, Coverage(file.suite.policy))
            for story in file.suite.stories:
                failures = tuple(_failures(file.suite, story, empty, coverage))
                yield Result(file=file.path, name=story.name, zone=file.suite.policy.zone, failures=failures)


def _failures(suite: Suite, story: Story, empty: EmptyStore, coverage: Coverage) -> Iterator[Failure]:
    """Run one case; what comes after a step that cannot be done is not tried."""
    with empty() as store:
        began: datetime = story.steps[0].at
        rehearsal = Rehearsal(suite.policy, suite.connection, store, Clock(began))
        observer = Observer(rehearsal)
        for step in story.steps:
            try:
                rehearsal.play(step)
            except (Endless, ConnectorError) as problem:
                yield Failure(step=step, stopped=str(problem))
                return
            seen = observer.look(step)
            coverage.add(seen)
            if different := differences(step.expect, seen, suite.policy.texts):
                yield Failure(step=step, differences=different)
