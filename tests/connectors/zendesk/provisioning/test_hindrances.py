"""What an admin is told to click when something is not allowed."""

from __future__ import annotations

import pytest

from connectors.errors import PermanentFailure
from connectors.zendesk.provisioning import hindrances
from connectors.zendesk.provisioning.kinds import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_look_is_told_what_to_click(kind: str) -> None:
    found = hindrances.may_not(kind, PermanentFailure("no", status=403), admin=False)

    assert "Admin Center > " in found.says
    assert "read write" in found.says
    assert found.essential is (kind in ("webhook", "trigger", "trigger_category"))


def test_an_admin_is_told_of_the_scope() -> None:
    found = hindrances.may_not("macro", PermanentFailure("no", status=403), admin=True)

    assert "administrator" not in found.says
    assert "`read write`" in found.says


@pytest.mark.parametrize(("status", "admin"), [(404, False), (404, True), (403, True)])
def test_a_plan_without_service_levels_is_said_to_be_one(status: int, admin: bool) -> None:
    found = hindrances.may_not("sla", PermanentFailure("no", status=status), admin=admin)

    assert "this plan has no SLA policies" in found.says
    assert not found.essential


def test_another_refusal_is_told_as_it_is() -> None:
    assert "too many" in hindrances.may_not("view", PermanentFailure("too many"), admin=True).says


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("webhook", 422, "10 webhooks"),
        ("webhook", 403, "administrator"),
        ("macro", 401, "administrator"),
        ("macro", 422, "by hand: Admin Center > Workspaces"),
        ("sla", None, "by hand"),
    ],
)
def test_a_step_that_failed_comes_with_a_remedy(kind: str, status: int | None, words: str) -> None:
    assert words in hindrances.hint(kind, status)


def test_our_user_should_be_an_administrator() -> None:
    assert list(hindrances.of_user({"role": "admin"})) == []
    assert "Role" in next(hindrances.of_user({"role": "agent"})).says
