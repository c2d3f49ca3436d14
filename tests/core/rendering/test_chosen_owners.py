"""A policy put in writing says how an owner is chosen, in words."""

from __future__ import annotations

import pytest

from plugin.core.rendering.markdown import markdown
from plugin.core.rendering.writing import page
from tests.core.rendering.drafts import draft_of, full


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        ({"round_robin": ["ana", "rui"]}, "in turn one of {ana} and {rui}"),
        ({"least_loaded": ["ana", "rui"]}, "the one of {ana} and {rui} with the fewest open cases"),
        ({"round_robin": {"language": "requester"}}, "in turn one of all who speak the customer's language"),
        (
            {"least_loaded": {"skills": ["payments"], "language": "pt"}},
            "the one of all who can do “payments” and speak “pt” with the fewest open cases",
        ),
        ({"manager_of": "ana"}, "the manager of {ana}"),
        ({"lead_of": "care"}, "{rui}, who leads Care"),
    ],
)
def test_how_an_owner_is_chosen_is_said(owner: object, said: str) -> None:
    document = full()
    document["people"]["ana"] |= {"skills": ["payments"], "languages": ["pt", "en"]}
    document["groups"]["care"] = {"name": "Care", "ids": {}, "lead": "rui"}
    document["matrix"][-1] = {"issue_type": "*", "severity": "*", "owner": owner}
    names = {key: person["name"] for key, person in document["people"].items()}

    text = markdown(page(draft_of(document)))

    assert f"| {said.format(**names)} |" in text
    assert "| pt, en | payments |" in text
    assert f"Care, led by {names['rui']}" in text


def test_whoever_owned_the_case_before_is_said() -> None:
    document = full()
    document["ladders"] = {"fast": {"steps": [{"tier": "specialist", "owner": "ana"}]}}
    document["ladders"]["fast"]["steps"].append({"tier": "manager", "owner": {"manager_of": "owner"}})

    assert "the manager of whoever owns the case until then" in markdown(page(draft_of(document)))
