"""Tickets that a step opens, beside what the other helpdesk has."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.catalogue import Catalogue, CatalogueField
from connectors.jira.changes import LACKS as JIRA_LACKS
from connectors.jira.changes import NEEDS as JIRA_NEEDS
from connectors.zendesk.changes import LACKS as ZENDESK_LACKS
from plugin.core.lint import lint_live
from plugin.core.rules import compile_policy
from tests.core.lint.samples import NOW
from tests.scenarios.two_desks import LAB, policy

JIRA = Catalogue(lacks=JIRA_LACKS, needs=JIRA_NEEDS)
ZENDESK = Catalogue(
    lacks=ZENDESK_LACKS,
    forms={"21": "Question"},
    fields={"360001": CatalogueField(id="360001", name="Reason", type="text")},
)
PLACE = "ladders.up.steps[1].open_ticket"


def found(catalogue: Catalogue, connection: str = LAB, **opens: Any) -> set[tuple[str, str]]:
    document = policy(opens=opens)
    told = lint_live(compile_policy(document), document, catalogue, connection=connection, now=NOW)
    return {(one.code.value, one.where) for one in told if one.where.startswith(PLACE)}


@pytest.mark.parametrize(
    ("catalogue", "opens", "expected"),
    [
        (JIRA, {"project": "ENG"}, set()),
        (Catalogue(lacks={"open_ticket": "grant Create Issues"}), {}, {("opens_nothing", PLACE)}),
        (JIRA, {}, {("opens_nothing", PLACE)}),
        (JIRA, {"project": "ENG", "form": "21"}, {("opens_nothing", f"{PLACE}.form")}),
        (ZENDESK, {"form": "21", "custom_fields": {"360001": "x"}}, set()),
        (ZENDESK, {"project": "ENG"}, {("opens_nothing", f"{PLACE}.project")}),
        (ZENDESK, {"form": "22"}, {("form_unknown", f"{PLACE}.form")}),
        (ZENDESK, {"custom_fields": {"360009": "x"}}, {("field_unknown", f"{PLACE}.custom_fields.360009")}),
        (Catalogue(), {"project": "ENG", "form": "22", "custom_fields": {"360009": "x"}}, set()),
    ],
)
def test_what_would_be_refused_is_told(catalogue: Catalogue, opens: Any, expected: set[tuple[str, str]]) -> None:
    assert found(catalogue, **opens) == expected


def test_another_connection_is_not_asked_about_it() -> None:
    assert found(JIRA, connection="acme") == set()
