"""An admin takes down what was made, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.connecting import Site, site
from tests.scenarios.world import ACME


@pytest.fixture
def there(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[Site]:
    with site(tmp_path, migrated_sqlite_url) as found:
        yield found


@pytest.fixture
def connected(there: Site) -> Site:
    assert there.connect("--yes").exit_code == 0
    return there


def test_everything_that_was_made_goes_and_nothing_else(there: Site) -> None:
    before = there.there()
    there.connect("--yes")

    result = there.disconnect("--yes", "--everything")

    assert result.exit_code == 0, result.output
    assert there.there() == before
    assert there.made == {}
    assert there.disconnect().output == f"Nothing was made for {ACME}.\n"


def test_what_tickets_hold_on_to_stays_unless_it_is_asked_for(connected: Site) -> None:
    result = connected.disconnect("--yes")

    assert {one.kind for one in connected.made.values()} == {"sla", "view", "field"}
    assert connected.there()["webhooks"] == connected.there()["macros"] == []
    assert 'view "Escalated tickets (acme)" stays; with --everything it goes, too' in result.output


@pytest.mark.parametrize(("says", "left"), [("y\ny\n", 0), ("n\ny\n", 3), ("y\nn\n", 9)])
def test_it_is_asked_what_goes(connected: Site, says: str, left: int) -> None:
    result = connected.disconnect(says=says)

    assert result.exit_code == 0
    assert len(connected.made) == left


def test_a_dry_run_takes_nothing_down(connected: Site) -> None:
    before = connected.written

    result = connected.disconnect("--dry-run", "--everything")

    assert result.exit_code == 0
    assert "9 to remove." in result.output
    assert "takes its values along" in result.output
    assert connected.written == before
    assert len(connected.made) == 9


def test_the_trigger_goes_before_the_webhook_it_notifies(there: Site) -> None:
    there.connect("--yes", "--mode", "trigger")

    there.disconnect("--yes")

    removed = [line for line in there.written if line.startswith("DELETE")]
    assert [line.split("/")[3] for line in removed] == ["triggers", "trigger_categories", "webhooks"]


def test_what_is_gone_already_is_forgotten(connected: Site) -> None:
    connected.sandbox.helpdesk.business_rules["macros"].clear()
    connected.sandbox.faults.add("DELETE", "/webhooks/", "status", status=404)

    result = connected.disconnect("--yes")

    assert result.exit_code == 0, result.output
    assert "it is gone already" in result.output
    assert {one.kind for one in connected.made.values()} == {"sla", "view", "field"}


def test_what_was_there_before_us_stays(there: Site) -> None:
    macro = {"id": 77, "title": "Escalation (acme)::Acknowledge", "active": True, "actions": [], "description": "mine"}
    there.sandbox.helpdesk.business_rules["macros"][77] = macro
    there.connect("--yes", "--adopt")

    result = there.disconnect("--yes", "--everything")

    assert "it was there before us: left as it is" in result.output
    assert list(there.sandbox.helpdesk.business_rules["macros"]) == [77]
    assert there.made == {}


def changed(there: Site) -> int:
    id_ = int(there.made["macro:ack"].id or 0)
    there.sandbox.helpdesk.business_rules["macros"][id_]["title"] = "Mine"
    return id_


def test_what_people_changed_stays_unless_it_is_asked_for(connected: Site) -> None:
    id_ = changed(connected)

    left = connected.disconnect("--yes", "--everything")
    assert list(connected.sandbox.helpdesk.business_rules["macros"]) == [id_]
    gone = connected.disconnect("--yes", "--changed")

    assert "somebody changed it since: left as it is" in left.output
    assert gone.exit_code == 0
    assert connected.made == {}


@pytest.mark.parametrize(("says", "left"), [("y\ny\n", 0), ("n\ny\n", 1)])
def test_it_is_asked_of_what_people_changed(connected: Site, says: str, left: int) -> None:
    changed(connected)

    connected.disconnect("--everything", says=says)

    assert len(connected.made) == left


def test_what_fails_is_tried_again(connected: Site) -> None:
    connected.sandbox.faults.add("DELETE", "/webhooks/", "status", status=500)

    first = connected.disconnect("--yes")
    again = connected.disconnect("--yes")

    assert first.exit_code == 1
    assert "Some of it failed; run this again." in first.output
    assert again.exit_code == 0
    assert connected.there()["webhooks"] == []


def test_what_may_not_be_seen_is_not_forgotten(connected: Site) -> None:
    connected.sandbox.seed({"plan": {"sla": False}})

    result = connected.disconnect("--yes", "--everything")

    assert "this plan has no SLA policies" in result.output
    assert list(connected.made) == ["sla:sla_sev1"]


def test_from_events_to_a_trigger_and_back(connected: Site) -> None:
    there_and = connected.connect("--yes", "--mode", "trigger", "--secret-file", str(connected.secret_file))
    triggered = connected.there()
    back = connected.connect("--yes", "--secret-file", str(connected.secret_file))

    assert (there_and.exit_code, back.exit_code) == (0, 0), back.output
    assert (triggered["triggers"], triggered["macros"]) == (["Escalation (acme): tell of changes"], [])
    assert connected.there()["triggers"] == connected.there()["trigger_categories"] == []
    assert len(connected.there()["macros"]) == 5
    [webhook] = connected.sandbox.post.webhooks
    assert connected.secret_file.read_text("utf-8").strip() == webhook.secret
    assert "Nothing to do." in connected.connect().output


def test_a_trigger_whose_webhook_cannot_be_made_is_not_begun(there: Site) -> None:
    there.sandbox.seed({"plan": {"most_webhooks": 0}})

    result = there.connect("--yes", "--mode", "trigger")

    assert result.exit_code == 1
    assert "left out, for it needs webhook:webhook" in result.output
    assert there.there()["triggers"] == []
