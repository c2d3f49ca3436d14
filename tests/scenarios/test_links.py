"""One-time links in notes: who follows one tells a command, once, and only as long as the case asks for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from connectors.model import Mode
from plugin.core.commands import Word
from plugin.core.model import CaseState
from plugin.core.offers import Offer, offers
from plugin.web.app import create_app
from tests.scenarios.test_commands import APPROVAL, case_of, commanded, note, writes
from tests.scenarios.world import ACME, ANA, BEN, SECRET, World, living

URL = "https://escalation.acme.test/plugin"


@contextmanager
def linked(url: str, *, escalated: bool = True, **more: Any) -> Iterator[tuple[World, int, FlaskClient]]:
    with living(url, policy=commanded(**more), public_url=URL) as world:
        ticket = world.customer_writes(tags=["payment"] if escalated else [])
        world.settle()
        yield world, ticket, create_app(world.parts).test_client()


@contextmanager
def requested(url: str) -> Iterator[tuple[World, int, FlaskClient]]:
    terms = {"requests": {"approval": APPROVAL}, "commands": {"note_links": ["ack", "approve", "decline"]}}
    with linked(url, escalated=False, **terms) as (world, ticket, browser):
        writes(world, ticket, "/esc request a launch is at risk")
        yield world, ticket, browser


def links(text: str) -> Mapping[str, str]:
    """Return the paths behind a note's labels."""
    return dict(re.findall(rf"^(\w+): {re.escape(URL)}(/act/\S+)$", text, re.MULTILINE))


def press(world: World, browser: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    answer = browser.post(path, data=form)
    world.settle()
    return answer.status_code, answer.get_data(as_text=True)


def test_the_owner_acknowledges_by_the_link_of_the_note(migrated_url: str) -> None:
    with linked(migrated_url) as (world, ticket, browser):
        status, text = press(world, browser, links(note(world, ticket))["Acknowledge"])

        assert (status, "Taken in" in text) == (200, True)
        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert "Ana Lima has acknowledged it." in note(world, ticket)
        assert "esc_in_progress" in world.ticket(ticket)["tags"]
        (line,) = [line for line in world.log(ticket) if line.what == "command"]
        assert (line.actor, line.evidence["via"]) == ("ana", "link")


def test_a_link_that_is_followed_twice_counts_once(migrated_url: str) -> None:
    with linked(migrated_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        press(world, browser, path)
        before, notes = case_of(world), world.comments(ticket, public=False)

        status, text = press(world, browser, path)

        assert (status, "Used already" in text) == (200, True)
        assert (case_of(world), world.comments(ticket, public=False)) == (before, notes)


def test_two_clicks_at_once_are_one_delivery(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        answers = [browser.post(path).get_data(as_text=True) for _ in range(2)]

        assert [("Taken in" in one, "Used already" in one) for one in answers] == [(True, False), (False, True)]
        assert world.parts.store.figures().pending_deliveries == 1


def test_looking_at_a_link_changes_nothing(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        before, lines = case_of(world), len(world.log(ticket))
        for path in links(note(world, ticket)).values():
            assert [browser.get(path).status_code, browser.head(path).status_code] == [200, 200]
        world.settle()

        assert (case_of(world), len(world.log(ticket))) == (before, lines)
        assert world.parts.store.figures().pending_deliveries == 0


def test_after_the_climb_the_earlier_link_is_refused_politely_and_the_new_one_works(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        first = links(note(world, ticket))["Acknowledge"]
        world.clock.forward(minutes=15)
        world.settle()
        second = links(note(world, ticket))["Acknowledge"]
        assert first != second

        press(world, browser, first)
        assert (case_of(world).owner, case_of(world).state) == ("ben", CaseState.OPEN)
        assert "Not done: the link was made for Ana Lima, and Ben Ode owns it now." in note(world, ticket)

        press(world, browser, second)
        assert (case_of(world).owner, case_of(world).state) == ("ben", CaseState.ACKNOWLEDGED)


def test_a_link_that_comes_after_the_acknowledgement_is_refused_politely(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        writes(world, ticket, "/esc ack")
        before = case_of(world)

        press(world, browser, path)

        assert case_of(world) == before
        assert "Not done: the link is of an earlier step, and the case is acknowledged now." in note(world, ticket)
        assert "/act/" not in note(world, ticket)


def test_a_link_that_comes_after_the_case_is_refused_politely(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        writes(world, ticket, "/esc deescalate a duplicate", by=BEN)

        press(world, browser, path)

        assert case_of(world).state is CaseState.DE_ESCALATED
        assert "Not done: the case of this link has ended." in note(world, ticket)


def test_a_link_of_a_solved_ticket_opens_nothing(sqlite_url: str) -> None:
    with linked(sqlite_url, resolution=None) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()

        press(world, browser, path)

        assert case_of(world).state is CaseState.CLOSED
        assert world.ticket(ticket)["status"] == "solved"


def test_a_case_that_came_back_to_its_owner_has_a_link_that_works(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        first = links(note(world, ticket))["Acknowledge"]
        press(world, browser, first)
        for person in (BEN, ANA):
            world.sandbox.act(BEN if person == ANA else ANA).update(ticket, assignee_id=person)
            world.settle()
        assert (case_of(world).owner, case_of(world).state) == ("ana", CaseState.OPEN)
        (offered,) = world.parts.links.links_for(world.parts.policy, case_of(world))

        status, text = press(world, browser, offered[1].removeprefix(URL))

        assert (status, "Taken in" in text) == (200, True)
        assert case_of(world).state is CaseState.ACKNOWLEDGED


def test_an_approval_is_given_by_a_link(migrated_url: str) -> None:
    with requested(migrated_url) as (world, ticket, browser):
        offered = links(note(world, ticket))
        assert sorted(offered) == ["Approve", "Decline"]

        press(world, browser, offered["Approve"])

        assert (case_of(world).state, case_of(world).owner) == (CaseState.OPEN, "ana")
        assert "Approved by Ben Ode." in note(world, ticket)
        assert sorted(links(note(world, ticket))) == ["Acknowledge"]
        press(world, browser, offered["Decline"], reason="too late")
        assert case_of(world).state is CaseState.OPEN


def test_whoever_declines_by_a_link_says_why(sqlite_url: str) -> None:
    with requested(sqlite_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Decline"]
        status, text = press(world, browser, path, reason=" \n ")
        assert (status, "Please say why." in text) == (422, True)
        assert case_of(world).state is CaseState.REQUESTED

        press(world, browser, path, reason="the launch\n moved\0")

        assert case_of(world).state is CaseState.DECLINED
        assert "Why: the launch moved" in note(world, ticket)


def test_a_link_made_for_somebody_else_does_nothing(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        case = case_of(world)
        offer = Offer(ticket=case.ticket, case_id=case.id, stage="open.0.sev2.0.0", word=Word.ACKNOWLEDGE, person="ben")
        forms = [offer, replace(offer, person="nobody"), replace(offer, case_id="another", person="ana")]
        for one in forms:
            press(world, browser, f"/act/{world.parts.links.token(one)}")

            assert case_of(world) == case
            assert "Not done: the" in note(world, ticket)


def test_who_may_not_tell_a_command_is_offered_no_link(sqlite_url: str) -> None:
    with linked(sqlite_url, commands={"who": {"ack": ["ben"]}}) as (world, ticket, _):
        assert links(note(world, ticket)) == {}


def test_notes_carry_no_links_for_approvals_unless_the_policy_says_so(sqlite_url: str) -> None:
    terms = {"requests": {"approval": APPROVAL}}
    with linked(sqlite_url, escalated=False, **terms) as (world, ticket, browser):
        writes(world, ticket, "/esc request a launch is at risk")
        assert links(note(world, ticket)) == {}
        policy = world.parts.policy
        private = dict(world.parts.links.links_for(policy, case_of(world)))
        assert sorted(private) == ["Approve", "Decline"]

        press(world, browser, private["Approve"].removeprefix(URL))

        assert sorted(links(note(world, ticket))) == ["Acknowledge"]


@pytest.mark.parametrize("name", ["X-Escalation-Command", "x-escalation-command", "X-ESCALATION-COMMAND"])
def test_a_signed_webhook_cannot_pass_for_a_link(sqlite_url: str, name: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        before = case_of(world)
        (offer,) = offers(world.parts.policy, before)
        told = {"case": offer.case_id, "stage": offer.stage, "person": "ana", "reason": ""}
        body = json.dumps({"ticket_id": str(ticket), "updated_at": "2030-01-01T00:00:00Z", **told}).encode()
        at = world.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = hmac.new(SECRET.encode(), at.encode() + body, hashlib.sha256).digest()
        headers = {
            "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-Zendesk-Webhook-Signature-Timestamp": at,
            name: "ack",
        }

        answer = browser.post(f"/webhooks/{ACME}", data=body, headers=headers)
        world.settle()

        assert answer.get_json() == {"status": "accepted"}
        assert case_of(world) == before
        assert "command" not in [line.what for line in world.log(ticket)]


def test_no_customer_and_no_log_reads_a_link(sqlite_url: str) -> None:
    row = {
        "issue_type": "*",
        "severity": "*",
        "ladder": "up",
        "changes": {"internal_note": "note", "public_comment": "told"},
    }
    with linked(sqlite_url, matrix=[row]) as (world, ticket, browser):
        assert world.comments(ticket, public=True) == ["Ana Lima cares."]
        path = links(note(world, ticket))["Acknowledge"]
        press(world, browser, path)

        assert [line for line in world.log(ticket) if "/act/" in str(line) or path[5:25] in str(line)] == []


def test_in_shadow_a_link_moves_and_writes_nothing(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        path, before = links(note(world, ticket))["Acknowledge"], case_of(world)
        notes = world.comments(ticket, public=False)
        acme = world.parts.accounts[ACME]
        world.parts.accounts = {ACME: replace(acme, mode=Mode.SHADOW)}

        press(world, browser, path)

        assert (case_of(world), world.comments(ticket, public=False)) == (before, notes)
        assert "shadow" in world.reasons(ticket)


def test_without_an_address_notes_carry_no_links(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()

        assert "/act/" not in "".join(world.comments(ticket, public=False))


def test_a_crash_while_a_link_is_obeyed_acknowledges_once(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "drop_after")
        press(world, browser, path)
        world.clock.forward(minutes=1)
        world.settle()

        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert sum("has acknowledged it" in text for text in world.comments(ticket, public=False)) == 1


def test_a_helpdesk_that_is_down_delays_a_link_and_loses_nothing(sqlite_url: str) -> None:
    with linked(sqlite_url) as (world, ticket, browser):
        path = links(note(world, ticket))["Acknowledge"]
        world.sandbox.faults.add("GET", rf"/tickets/{ticket}", "status", status=503)
        press(world, browser, path)
        world.clock.forward(minutes=10)
        world.settle()

        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert sum("has acknowledged it" in text for text in world.comments(ticket, public=False)) == 1
