"""An admin connects an account."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.connecting import ADDRESS, AGENTS_TOKEN, Site, policy, site
from tests.scenarios.world import ACME, LINK_SECRET

MACROS = ["Request an escalation", "Hand off", "De-escalate", "Acknowledge", "Resolve"]


@pytest.fixture
def there(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[Site]:
    with site(tmp_path, migrated_sqlite_url) as found:
        yield found


def test_everything_the_policy_wants_is_made(there: Site) -> None:
    result = there.connect("--yes")

    assert result.exit_code == 0, result.output
    assert there.there() == {
        "webhooks": ["Escalation (acme)"],
        "triggers": [],
        "trigger_categories": [],
        "macros": [f"Escalation (acme)::{title}" for title in MACROS],
        "views": ["Escalated tickets (acme)"],
        "sla": ["Escalation (acme): sla_sev1", "Everyone"],
        "fields": ["Escalation owner (acme)"],
    }
    [webhook] = there.sandbox.post.webhooks
    assert webhook.url == f"{ADDRESS}/webhooks/{ACME}"
    assert f'fields.case_owner.ids: "acme": "{there.made["field:case_owner"].id}"' in result.output
    assert len(there.made) == 9


def test_the_signing_secret_is_in_its_file_and_nowhere_else(there: Site) -> None:
    result = there.connect("--yes")

    [webhook] = there.sandbox.post.webhooks
    assert there.secret_file.read_text("utf-8").strip() == webhook.secret
    assert stat.S_IMODE(there.secret_file.stat().st_mode) == 0o600
    assert webhook.secret not in result.output
    assert webhook.secret.encode() not in (there.folder / "escalation.db").read_bytes()


def test_a_second_run_has_nothing_to_do(there: Site) -> None:
    there.connect("--yes")
    before, made = there.written, there.made

    result = there.connect()

    assert result.exit_code == 0, result.output
    assert "Nothing to do." in result.output
    assert there.written == before
    assert there.made == made


def test_a_dry_run_writes_nothing_anywhere(there: Site) -> None:
    result = there.connect("--dry-run")

    assert result.exit_code == 0, result.output
    assert there.written == []
    assert there.made == {}
    assert not there.secret_file.exists()
    assert "+ webhook Escalation (acme)" in result.output
    assert "10 to make" not in result.output
    assert "9 to make, 1 to put in order." in result.output


def test_what_is_done_is_what_the_dry_run_said(there: Site) -> None:
    planned = there.connect("--dry-run").output.partition("Nothing was changed")[0]

    done = there.connect("--yes").output

    assert done.startswith(planned)
    assert done.count("made: ") == planned.count("\n+ ")


@pytest.mark.parametrize(("says", "made"), [("y\n", 9), ("n\n", 0)])
def test_it_is_asked_before_anything_is_done(there: Site, says: str, made: int) -> None:
    result = there.connect("--secret-file", str(there.secret_file), says=says)

    assert "Do this?" in result.output
    assert len(there.made) == made
    assert (result.exit_code == 0) is bool(made)
    assert bool(there.written) is bool(made)


def test_what_is_left_out_is_not_made(there: Site) -> None:
    there.connect("--yes", "--without", "sla,macros, view,fields")

    assert list(there.made) == ["webhook:webhook"]


def test_an_unknown_part_is_told_with_the_near_one(there: Site) -> None:
    result = there.connect("--yes", "--without", "macro")

    assert result.exit_code == 1
    assert 'did you mean "macros"?' in result.output


def test_an_id_that_the_policy_has_learned_changes_nothing(there: Site) -> None:
    there.connect("--yes")
    id_ = there.made["field:case_owner"].id
    there.write("policy.json", policy(fields={"case_owner": {"ids": {ACME: id_}}}))

    result = there.connect("--yes")

    assert "Nothing to do." in result.output
    assert "Write into the policy" not in result.output


def test_what_the_policy_changed_is_changed(there: Site) -> None:
    there.connect("--yes")
    changed = policy()
    changed["matrix"][0]["targets"] = {"update_every": "2h"}
    changed["commands"] = {"prefix": "help"}
    there.write("policy.json", changed)

    result = there.connect("--yes")

    assert result.exit_code == 0, result.output
    assert "    - actions: current_tags esc_ack\n    + actions: current_tags help_ack" in result.output
    ours = next(one for one in there.sandbox.helpdesk.policies if one["title"] != "Everyone")
    assert {row["target"] for row in ours["policy_metrics"]} == {120}
    assert "Nothing to do." in there.connect().output


def test_another_address_is_told_to_the_webhook(there: Site) -> None:
    there.connect("--yes")

    there.connect("--yes", "--public-url", "http://127.0.0.1:10")

    [webhook] = there.sandbox.post.webhooks
    assert webhook.url == f"http://127.0.0.1:10/webhooks/{ACME}"


def test_what_somebody_removed_is_made_anew(there: Site) -> None:
    there.connect("--yes")
    there.sandbox.helpdesk.business_rules["views"].clear()

    result = there.connect("--yes")

    assert "+ view Escalated tickets (acme): it is gone, and made anew" in result.output
    assert there.there()["views"] == ["Escalated tickets (acme)"]


def macro_of_somebody(there: Site) -> dict[str, Any]:
    macro = {"id": 77, "title": "Escalation (acme)::Acknowledge", "active": True, "actions": [], "description": "mine"}
    there.sandbox.helpdesk.business_rules["macros"][77] = macro
    return macro


def test_what_has_our_name_and_is_not_ours_is_never_changed(there: Site) -> None:
    mine = dict(macro_of_somebody(there))

    result = there.connect("--yes")

    assert "it has our name, but we did not make it: left as it is" in result.output
    assert there.sandbox.helpdesk.business_rules["macros"][77] == mine
    assert "macro:ack" not in there.made


def test_a_webhook_that_is_somebody_elses_is_used_for_nothing(there: Site) -> None:
    there.sandbox.add_webhook("http://127.0.0.1:9/", "x", template="{}").name = "Escalation (acme)"

    result = there.connect("--yes", "--mode", "trigger")

    assert result.exit_code == 1
    assert "trigger Escalation (acme): tell of changes: left out, for it needs webhook:webhook" in result.output
    assert "There is no webhook of ours: nothing is heard." in result.output
    assert "webhook:webhook" not in there.made


@pytest.mark.parametrize("how", [{"options": ("--yes", "--adopt")}, {"says": "y\ny\n"}])
def test_what_has_our_name_is_taken_over_when_somebody_agrees(there: Site, how: dict[str, Any]) -> None:
    macro_of_somebody(there)

    result = there.connect(*how.get("options", ("--secret-file", str(there.secret_file))), says=how.get("says"))

    assert result.exit_code == 0, result.output
    assert there.sandbox.helpdesk.business_rules["macros"][77]["actions"][0]["value"] == "esc_ack"
    assert (there.made["macro:ack"].id, there.made["macro:ack"].adopted) == ("77", True)


def test_what_people_changed_is_left_until_somebody_agrees(there: Site) -> None:
    there.connect("--yes")
    id_ = int(there.made["macro:ack"].id or 0)
    there.sandbox.helpdesk.business_rules["macros"][id_]["actions"] = [{"field": "current_tags", "value": "mine"}]

    left = there.connect("--yes")
    refused = there.connect(says="n\n")
    agreed = there.connect(says="y\ny\n")

    assert "? macro Escalation (acme)::Acknowledge: somebody changed it since: left as it is" in left.output
    assert "write it anew? [y/N]: n" in refused.output
    assert agreed.output.count("made: ") == 0
    assert "changed: macro Escalation (acme)::Acknowledge" in agreed.output
    assert "Nothing to do." in there.connect().output


def test_an_answer_that_gets_lost_makes_nothing_twice(there: Site) -> None:
    for path in ("/webhooks$", "/macros$", "/slas/policies$", "/ticket_fields$", "/views$"):
        there.sandbox.faults.add("POST", path, "drop_after")

    first = there.connect("--yes")
    again = there.connect("--yes")
    third = there.connect()

    assert first.exit_code == 1
    assert first.output.count("it is looked for first") == 5
    assert again.exit_code == 0, again.output
    assert "it is there already" in again.output
    assert "Nothing to do." in third.output
    assert [len(names) for names in there.there().values()] == [0, 0, 5, 1, 1, 2, 1]


def test_a_step_that_fails_is_told_and_the_rest_is_done(there: Site) -> None:
    there.sandbox.faults.add("POST", "/macros$", "status", status=422)

    first = there.connect("--yes")
    again = there.connect("--yes")

    assert "macro Escalation (acme)::Request an escalation: failed: " in first.output
    assert "by hand: Admin Center > Workspaces > Agent tools > Macros" in first.output
    assert first.exit_code == 1
    assert "1 failed, as told above; the rest is done. Run this again." in first.output
    assert "1 to make" in again.output
    assert len(there.made) == 9


def test_a_helpdesk_that_wants_to_be_left_alone_is(there: Site) -> None:
    there.sandbox.faults.add("POST", "/macros$", "status", status=429, retry_after=30)

    result = there.connect("--yes")

    assert "stopped: " in result.output
    assert not any("views" in line for line in there.written)
    assert there.connect("--yes").exit_code == 0


def test_an_account_that_is_full_is_told_in_plain_words(there: Site) -> None:
    there.sandbox.seed({"plan": {"most_webhooks": 0}})

    result = there.connect("--yes")

    assert result.exit_code == 1
    assert "a trial account has 10 webhooks and no more" in result.output
    assert "webhook:webhook" not in there.made
    assert len(there.made) == 8


def test_a_plan_without_service_levels_is_told_and_the_rest_is_made(there: Site) -> None:
    there.sandbox.seed({"plan": {"sla": False}})

    result = there.connect("--yes")

    assert result.exit_code == 0, result.output
    assert "! SLA policy: this plan has no SLA policies" in result.output
    assert len(there.made) == 8


def test_who_is_no_admin_is_told_what_to_click(there: Site) -> None:
    there.connection(auth={"bearer_token": AGENTS_TOKEN})

    result = there.connect("--yes")

    told = " ".join(result.output.split())
    assert result.exit_code == 1
    assert "! our user: is no administrator" in told
    assert "! webhook: our user may not look at these" in told
    assert "by hand: Admin Center > Apps and integrations > Webhooks" in told
    assert "macro Escalation (acme)::Acknowledge: failed: " in told
    assert there.made == {}


def test_credentials_that_are_refused_end_it_at_once(there: Site) -> None:
    there.connection(auth={"bearer_token": "wrong"})

    result = there.connect("--yes")

    assert result.exit_code == 1
    assert "does not take our credentials" in result.output


def test_a_webhook_whose_secret_has_nowhere_to_go_is_not_made(there: Site) -> None:
    there.connection(webhook_secrets=[{"env": "NOT_SET"}])

    result = there.connect("--yes")

    assert result.exit_code == 1
    assert "--secret-file" in result.output
    assert there.written == []


def test_a_secret_that_the_environment_has_is_not_asked_for_again(there: Site) -> None:
    there.connect("--yes")
    secret = there.secret_file.read_text("utf-8").strip()
    there.connection(webhook_secrets=[{"env": "ACME_SECRET"}])

    known = there.connect("--yes", ACME_SECRET=secret)
    unknown = there.connect("--yes")

    assert known.exit_code == 0, known.output
    assert "signing secret" not in known.output
    assert unknown.exit_code == 1
    assert "run this again with --secret-file" in unknown.output


def test_a_file_that_the_connection_does_not_name_is_told_how_to(there: Site) -> None:
    other = there.folder / "other.secret"

    result = there.connect("--yes", "--secret-file", str(other))

    assert f'"webhook_secrets": [{{"file": "{other}"}}]' in result.output


def test_a_file_that_cannot_be_written_is_told(there: Site) -> None:
    result = there.connect("--yes", "--secret-file", str(there.folder / "none" / "x"))

    assert result.exit_code == 1
    assert "cannot be written" in result.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"PUBLIC_URL": ""}, "Give --public-url"),
        ({"PUBLIC_URL": "http://acme.test"}, "expected the https address"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "escalation migrate"),
    ],
)
def test_what_is_missing_on_our_side_is_told(there: Site, change: dict[str, str], words: str) -> None:
    result = there.run("connect", "zendesk", ACME, "--yes", **change)

    assert result.exit_code == 1
    assert words in result.output
    assert there.written == []


def test_an_address_that_a_helpdesk_elsewhere_cannot_reach_is_refused(there: Site) -> None:
    there.connection(base_url="https://acme.zendesk.com", auth={"bearer_token": {"env": "TOKEN"}})

    result = there.connect("--yes", TOKEN="x")

    assert result.exit_code == 1
    assert "is this machine; the helpdesk needs an address that it can reach" in result.output


def test_a_store_of_an_older_release_is_told(there: Site) -> None:
    (there.folder / "new.db").touch()

    result = there.run("connect", "zendesk", ACME, "--yes", DATABASE_URL=f"sqlite:///{there.folder / 'new.db'}")

    assert result.exit_code == 1
    assert "run: escalation migrate" in result.output


def test_a_connection_that_is_not_there_is_told_with_the_near_one(there: Site) -> None:
    result = there.run("connect", "zendesk", "acne", "--yes")

    assert result.exit_code == 1
    assert 'did you mean "acme"?' in result.output
    assert "--base-url" in result.output


def test_a_mistake_of_the_connection_is_told(there: Site) -> None:
    there.connection(auth={"bearer_token": {"env": "NOT_SET"}})

    result = there.connect("--yes")

    assert result.exit_code == 1
    assert "the environment variable NOT_SET is not set" in result.output


def test_an_api_token_is_warned_of(there: Site) -> None:
    there.sandbox.seed({"tokens": {"an-api-token": 900}})
    there.connection(auth={"email": "escalation@acme.test", "api_token": "an-api-token"})

    result = there.connect("--dry-run")

    assert result.exit_code == 0
    assert "2027-04-30" in result.output


def test_a_connection_can_be_written_too(there: Site) -> None:
    (there.folder / "connections.json").unlink()
    options = ("--base-url", "https://new.zendesk.com/", "--secret-file", str(there.secret_file))

    dry = there.run("connect", "zendesk", "new", *options, "--dry-run")
    refused = there.run("connect", "zendesk", "new", *options, says="n\n")
    assert not (there.folder / "connections.json").exists()
    result = there.run("connect", "zendesk", "new", *options, "--yes")

    assert [one.exit_code for one in (dry, refused, result)] == [0, 0, 0]
    entry = json.loads((there.folder / "connections.json").read_text("utf-8"))["connections"]["new"]
    assert entry == {
        "platform": "zendesk",
        "base_url": "https://new.zendesk.com",
        "auth": {"oauth_client_id": {"env": "NEW_CLIENT_ID"}, "oauth_client_secret": {"env": "NEW_CLIENT_SECRET"}},
        "webhook_secrets": [{"file": str(there.secret_file)}],
        "mode": "shadow",
    }
    assert "set\nNEW_CLIENT_ID and NEW_CLIENT_SECRET, and run this again." in result.output


def test_a_connection_that_is_written_is_connected_at_once_where_its_client_is_known(there: Site) -> None:
    there.sandbox.seed({"oauth": {"client_id": "plugin", "client_secret": "an-invented-secret", "user_id": 900}})
    client = {"NEW_ONE_CLIENT_ID": "plugin", "NEW_ONE_CLIENT_SECRET": "an-invented-secret"}
    options = ("--base-url", there.sandbox.url, "--secret-file", str(there.secret_file), "--wait", "0", "--yes")

    result = there.run("connect", "zendesk", "new-one", *options, **client)

    assert result.exit_code == 0, result.output
    assert there.there()["webhooks"] == ["Escalation (new-one)"]
    assert list(json.loads((there.folder / "connections.json").read_text("utf-8"))["connections"]) == [ACME, "new-one"]


def test_the_doctor_looks_after_the_webhook_that_was_made(there: Site) -> None:
    before = there.run("doctor", LINK_SECRETS=LINK_SECRET)
    there.connect("--yes")
    [webhook] = there.sandbox.post.webhooks

    well = there.run("doctor", LINK_SECRETS=LINK_SECRET)
    webhook.active = False
    changed = there.run("doctor", LINK_SECRETS=LINK_SECRET)
    there.sandbox.post.webhooks.clear()
    gone = there.run("doctor", LINK_SECRETS=LINK_SECRET)

    assert "webhook.secret' cannot be read" in before.output
    assert "ok  connection acme: the webhook is as it was made" in well.output
    assert "look: escalation connect zendesk acme --dry-run" in changed.output
    assert "the webhook that was made is gone; run: escalation connect zendesk acme" in gone.output
    assert [one.exit_code for one in (well, changed, gone)] == [0, 1, 1]


@pytest.mark.parametrize(("path", "status"), [("/webhooks", 403), ("/webhooks", 503)])
def test_a_doctor_who_may_not_look_says_nothing_of_it(there: Site, path: str, status: int) -> None:
    there.connect("--yes")
    there.sandbox.faults.add("GET", path, "status", status=status)

    result = there.run("doctor", LINK_SECRETS=LINK_SECRET)

    assert result.exit_code == 0, result.output
    assert "the webhook" not in result.output


def test_two_connections_of_one_account_do_not_meet(there: Site) -> None:
    there.connect("--yes")
    document = json.loads((there.folder / "connections.json").read_text("utf-8"))
    second = {**document["connections"][ACME], "webhook_secrets": [{"file": str(there.folder / "b.secret")}]}
    there.write("connections.json", {"connections": {**document["connections"], "acme-eu": second}})

    result = there.run("connect", "zendesk", "acme-eu", "--yes", "--wait", "0")

    assert result.exit_code == 0, result.output
    assert there.there()["webhooks"] == ["Escalation (acme)", "Escalation (acme-eu)"]
    assert "filters on the tag sla_sev1 already" in result.output
    assert "Nothing to do." in there.connect().output
