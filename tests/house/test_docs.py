"""What an admin can meet is in the docs, and what the docs show works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from plugin.cli import main
from plugin.core.facts import DUE_FIELDS, FIELDS, OPEN_PREFIXES, SLA, SLA_FACTS
from plugin.core.lifecycle import TRANSITIONS
from plugin.core.model import CaseState, Reason, Severity, TimerKind, Trigger
from plugin.core.operators import NAMES
from plugin.core.rules import compile_policy
from plugin.core.texts.template_filters import FILTERS
from plugin.core.texts.template_values import VALUES
from plugin.documents import check, load_policy
from plugin.settings import DEFAULTS, OPTIONAL
from tests.house.diagram import diagram
from tests.house.repository import ROOT, name_of, pyproject

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
_FENCE = re.compile(r"^[ ]*```([^\n]*)\n(.*?)^[ ]*```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def page(name: str) -> str:
    """Return one page of the reference."""
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def rows(name: str) -> list[str]:
    """Return the first cell of each row of a page's tables, where it is code."""
    return re.findall(r"^\| `([^`]+)` \|", page(name), re.MULTILINE)


def blocks(path: Path, kind: str) -> Iterator[str]:
    """Return what stands in a page's fences of a kind."""
    return (text for told, text in _FENCE.findall(path.read_text("utf-8")) if told.strip() == kind)


def untold(words: Iterable[str], text: str) -> list[str]:
    """Return the words that do not stand in the text as code."""
    return [word for word in words if f"`{word}`" not in text]


def test_every_setting_stands_with_its_default() -> None:
    assert rows("settings") == [*DEFAULTS, *OPTIONAL]
    assert untold(DEFAULTS.values(), page("settings")) == []


def test_every_reason_stands_with_its_meaning() -> None:
    assert sorted(rows("reasons")) == sorted(reason.value for reason in Reason)
    assert re.findall(r"^.*\|\s*\|\s*$", page("reasons"), re.MULTILINE) == []


def test_every_operator_stands() -> None:
    assert sorted(rows("operators")) == sorted(NAMES)


def test_every_field_stands() -> None:
    opened = [f"{prefix}<id>" for prefix in (*OPEN_PREFIXES, DUE_FIELDS)]

    assert sorted(rows("fields")) == sorted([*FIELDS, *opened, *(f"{SLA}<metric>.{what}" for what in SLA_FACTS)])


def test_every_value_and_filter_of_a_template_stands() -> None:
    told = [*VALUES.items(), *FILTERS.items()]

    assert rows("templates") == [name for name, _ in told]
    assert [name for name, one in told if f"| `{name}` | {one.description} |" not in page("templates")] == []


def test_every_metric_stands() -> None:
    source = (ROOT / "plugin/web/metrics.py").read_text("utf-8")

    assert sorted(rows("metrics")) == sorted(set(re.findall(r'"(escalation_\w+)"', source)))


def test_every_route_stands() -> None:
    source = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "plugin/web").glob("*.py")))
    routes = [f"{verb.upper()} {path}" for verb, path in re.findall(r'@app\.(\w+)\("([^"]+)"', source)]

    assert routes
    assert untold(routes, page("http")) == []


@pytest.mark.parametrize(
    ("schema", "name"), [("policy", "policy"), ("connections", "connections"), ("policy-test", "policy-tests")]
)
def test_every_key_of_a_file_stands(schema: str, name: str) -> None:
    document = json.loads((ROOT / f"schemas/{schema}.schema.json").read_text("utf-8"))

    assert untold(sorted(_keys(document) - {"$schema"}), page(name)) == []


def _keys(schema: object) -> set[str]:
    """Return every property name a schema knows."""
    if isinstance(schema, list):
        return set().union(*map(_keys, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})).union(*map(_keys, schema.values()))


def test_every_command_stands_with_its_options_and_shows_an_example() -> None:
    told = page("cli")

    for name, command in _commands(main, "escalation"):
        assert f"`{name}" in told
        assert untold([o for p in command.params if isinstance(p, click.Option) for o in p.opts], told) == []
        assert "Example: " in (command.help or "")


@pytest.mark.parametrize("name", ["", "dead-letters", "follow-up", "held", "notify"])
def test_a_group_of_commands_shows_an_example(name: str) -> None:
    group = main.commands[name] if name else main

    assert "Example: escalation " in (group.help or "")


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_dependency_stands_with_its_reason() -> None:
    project = pyproject()["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]

    assert sorted(rows("dependencies")) == sorted(re.split(r"[<>=\[]", one)[0] for one in wanted)


def test_the_words_of_a_case_stand_in_the_glossary() -> None:
    words = [str(word) for kinds in (CaseState, Severity, TimerKind) for word in kinds]

    assert untold(words, page("glossary")) == []


def test_the_diagram_of_a_case_is_made_of_its_transitions() -> None:
    shown = [text.strip() for text in blocks(DOCS / "explanation/how-it-works.md", "mermaid")]

    assert diagram() in shown, "print it with: python -m tests.house.diagram"


def test_every_trigger_of_the_diagram_is_explained() -> None:
    triggers = {Trigger.RULE_FIRED, *(trigger for moves in TRANSITIONS.values() for trigger in moves)}

    assert untold(sorted(triggers), (DOCS / "explanation/how-it-works.md").read_text("utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_link_leads_to_a_page_and_its_heading(path: Path) -> None:
    broken = [
        f"{link}#{heading}"
        for link, heading in _LINK.findall(path.read_text("utf-8"))
        if not _leads_somewhere(path.parent / link if link else path, heading)
    ]

    assert broken == []


def _leads_somewhere(target: Path, heading: str) -> bool:
    if not target.exists():
        return False
    titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE) if heading else []
    return not heading or heading in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_index_leads_to_every_page() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    linked = {(DOCS / link).resolve() for link, _ in _LINK.findall(index) if link}

    assert [name_of(p) for p in PAGES if DOCS in p.parents and p.name != "README.md" and p not in linked] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_shown_files_are_in_order(path: Path) -> None:
    for document in map(json.loads, blocks(path, "json policy")):
        check(document, "policy", title=name_of(path))
        compile_policy(document)
    for document in map(json.loads, blocks(path, "json connections")):
        check(document, "connections", title=name_of(path))
    for text in (*blocks(path, "json"), *blocks(path, "json template")):
        json.loads(text)


FRAGMENTS = [path for path in PAGES if path.parent.name == "how-to" and any(blocks(path, "json"))]


@pytest.mark.parametrize("path", FRAGMENTS, ids=name_of)
def test_what_a_page_adds_to_the_readmes_policy_is_in_order(path: Path, tmp_path: Path) -> None:
    (policy,) = map(json.loads, blocks(ROOT / "README.md", "json policy"))

    for fragment in map(json.loads, blocks(path, "json")):
        policy = _merged(policy, fragment)
        file = tmp_path / "policy.json"
        file.write_text(json.dumps(policy), "utf-8")
        result = CliRunner().invoke(main, ["check", str(file)])

        assert result.exit_code == 0, result.output


def _merged(policy: dict[str, Any], fragment: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy with a fragment's sections: what is there stays, lists and names grow."""
    grown = dict(policy)
    for key, more in fragment.items():
        before = policy.get(key)
        grown[key] = before + more if isinstance(before, list) else before | more if isinstance(before, dict) else more
    return grown


def test_how_tos_add_to_a_policy() -> None:
    names = {path.stem for path in FRAGMENTS}

    assert names >= {"acknowledge-by-link", "prevent-needless-escalations", "talk-to-the-customer"}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_shown_commands_are_ours(path: Path) -> None:
    ours = {name for name, _ in _commands(main, "escalation")}
    shown = [line for text in blocks(path, "sh") for line in re.findall(r"(?<![\w.-])escalation [a-z-]+.*", text)]

    assert [line for line in shown if not any(line.startswith(name) for name in ours)] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_file_that_a_page_names_is_there(path: Path) -> None:
    named = re.findall(r"`((?:plugin|connectors|schemas|tests|examples)/[^`\s]+)`", path.read_text("utf-8"))

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_docs_speak_of_nothing_unfinished() -> None:
    words = re.compile("TO" + "DO|FIX" + "ME|lorem", re.IGNORECASE)

    assert [name_of(path) for path in PAGES if words.search(path.read_text("utf-8"))] == []


def test_the_example_policy_is_in_order() -> None:
    policy, _ = load_policy(ROOT / "examples/support-team/policy.json")

    assert policy.rules
