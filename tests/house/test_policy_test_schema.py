"""The schema of test files explains itself, as the policy's does."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from plugin.core.model import CaseState
from tests.house.repository import ROOT
from tests.house.test_schema import schemas

SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas/policy-test.schema.json").read_text("utf-8"))
DEFS: dict[str, Any] = SCHEMA["$defs"]


def _target(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = DEFS[str(schema["$ref"]).removeprefix("#/$defs/")]
    return found


def test_every_key_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    keys = [
        (f"{place}.{name}", one)
        for place, schema in schemas(SCHEMA)
        for name, one in schema.get("properties", {}).items()
    ]

    assert len(keys) > 90
    assert [place for place, one in keys if not (one.get("description") or _target(one).get("description"))] == []


def test_every_object_has_a_title_and_every_definition_is_used() -> None:
    used = {str(schema["$ref"]).removeprefix("#/$defs/") for _, schema in schemas(SCHEMA) if "$ref" in schema}

    assert [name for name, one in DEFS.items() if "properties" in one and "title" not in one] == []
    assert set(DEFS) == used


def test_every_example_is_valid() -> None:
    whole = Draft202012Validator(SCHEMA)
    given = [(place, schema, one) for place, schema in schemas(SCHEMA) for one in schema.get("examples", ())]

    assert len(given) > 25
    assert [place for place, schema, one in given if not whole.evolve(schema=schema).is_valid(one)] == []


def test_every_state_of_a_case_may_be_expected() -> None:
    expected = next(one["properties"]["case"] for one in DEFS.values() if "next_update" in one.get("properties", {}))

    assert set(expected["enum"]) == {*CaseState, "none"}
