"""The half that sets a site up: it looks, and carries out one step of a plan at a time.

Rule 1: nothing but ConnectorError gets out; looking reads only.
Rule 2: the secret is ours to choose: the first that the connection has, else a new one. Jira tells none again.
Rule 3: Jira tries no webhook: the test is sent from here, signed as the site would.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors import comparing
from connectors.accounts import Account
from connectors.contract import Clock
from connectors.credentials import Fixed
from connectors.errors import AuthFailure, ConnectorError, NotFound, PermanentFailure, TemporaryFailure, UnknownOutcome
from connectors.jira.provisioning import wanted
from connectors.jira.signature import SECRET, sign
from connectors.outcomes import Refusal
from connectors.provisions import WEBHOOK, Found, Hindrance, Made, Plan, Setup, Step, Thing, Trial, Verb, resolved
from connectors.transport import Transport, Wanted
from connectors.values import mapping

_PLACE = "webhooks/1.0/webhook"
_NAMES = {WEBHOOK: "webhook"}
_ADMIN = "only a Jira administrator may see and make webhooks: grant Administer Jira to the user while you connect"

Json = dict[str, Any]


class JiraProvisioner:
    """Sets up one site; belongs to one thread."""

    def __init__(self, account: Account, transport: Transport, *, clock: Clock) -> None:
        self._account = account
        self._http = transport
        self._clock = clock
        self._chosen = next((one for one in account.webhook_secrets if one), "")
        self._fresh = "" if self._chosen else secrets.token_urlsafe(32)
        self._server: Json | None = None

    def kinds(self, setup: Setup, made: Sequence[Made]) -> tuple[str, ...]:
        """Return the one kind there is."""
        return (WEBHOOK,)

    def look(self, kinds: Collection[str]) -> Found:
        """Return the site's webhooks, or raise AuthFailure where we are nobody."""
        self._get("api/2/myself")
        if wanted.ignores_filters(self._site()):
            address = f"https://…/webhooks/{self._account.name}"
            says = wanted.by_hand(address, self._account.scope)
            return Found(things={}, hindrances=(Hindrance(what="webhook", says=says, essential=True),))
        try:
            listed = self._http.get(self._url(_PLACE)).json()
        except PermanentFailure as problem:
            if isinstance(problem, AuthFailure) and problem.status == 401:
                raise
            return Found(things={}, hindrances=(Hindrance(what="webhook", says=_ADMIN, essential=True),))
        found = [wanted.thing(mapping(one)) for one in listed] if isinstance(listed, list) else []
        things: list[Thing] = [one for one in found if one]
        return Found(things={WEBHOOK: things})

    def plan(self, setup: Setup, found: Found, made: Sequence[Made], *, agreed: Collection[str] = ()) -> Plan:
        """Return what makes the site as wanted; asks nothing."""
        wish = wanted.wish(setup, self._account.scope)
        steps = comparing.plan([wish], found, made, agreed=agreed) if WEBHOOK in found.things else ()
        return Plan(steps=steps, notices=(*setup.notices, *wanted.notices(setup)))

    def undo(self, found: Found, made: Sequence[Made], *, everything: bool, agreed: Collection[str] = ()) -> Plan:
        """Return what takes down what we made; asks nothing."""
        ours = [one for one in made if one.kind in _NAMES]
        return Plan(steps=comparing.undo(ours, found, _NAMES, agreed=agreed))

    def carry_out(self, step: Step, ids: Mapping[str, str]) -> str | None:
        """Do what one step says; return the id of what is there then."""
        place = self._url(f"{_PLACE}/{step.id}")
        if step.verb is Verb.REMOVE:
            try:
                self._http.delete(place)
            except NotFound:
                return None  # somebody was faster
            return None
        cloud = wanted.is_cloud(self._site())
        body = wanted.body(resolved(step.facts, ids), secret=self.chosen_secret(), cloud=cloud)
        if step.verb is not Verb.CREATE:
            self._http.put(place, json=body)
            return step.id
        made = wanted.thing(mapping(self._http.post(self._url(_PLACE), json=body).json()))
        if made is None:
            raise UnknownOutcome(f"{self._account.base_url} answered with something that is no webhook")
        self._chosen = self._chosen or self._fresh
        return made.id

    def hint(self, step: Step, problem: ConnectorError) -> str:
        """Return what an admin can do about a step that failed."""
        return _ADMIN if isinstance(problem, AuthFailure) else "look at the site's webhooks, in System > WebHooks"

    def chosen_secret(self) -> str:
        """Return the connection's own, or a new one."""
        return self._chosen or self._fresh

    def secret(self, webhook_id: str) -> str:
        """Return what signs the webhook's requests: what we chose, for Jira tells nobody."""
        if not self._chosen:
            raise PermanentFailure(
                "Jira tells nobody the secret of a webhook that is there already: put it into webhook_secrets, or run"
                " disconnect and connect again"
            )
        return self._chosen

    def test(self, webhook_id: str, address: str, payload: Mapping[str, object]) -> Trial:
        """Send a body to our address as the site would, and return what that answered."""
        body, secret = json.dumps(payload).encode(), self.secret(webhook_id)
        parts = urlsplit(address)
        name, value = ("X-Hub-Signature", sign(secret, body)) if wanted.is_cloud(self._site()) else (SECRET, secret)
        sender = Transport(
            f"{parts.scheme}://{parts.netloc}",
            Fixed(""),
            clock=self._clock,
            explain=_nothing,
            wanted=Wanted(name="our own receiver"),
        )
        try:
            sent = sender.post(address, data=body, headers={name: value, "Content-Type": "application/json"})
        except PermanentFailure as problem:
            return Trial(status=problem.status)
        except TemporaryFailure as problem:
            return Trial(status=503 if problem.whole_connection else None)
        except ConnectorError:
            return Trial(status=None)
        return Trial(status=sent.status_code)

    def _site(self) -> Json:
        if self._server is None:
            self._server = self._get("api/2/serverInfo")
        return self._server

    def _get(self, path: str) -> Json:
        document = self._http.get(self._url(path)).json()
        if not isinstance(document, dict):
            raise PermanentFailure(
                f"{self._account.base_url} does not answer like Jira; check the connection's base_url"
            )
        return document

    def _url(self, path: str) -> str:
        return f"{self._account.base_url}/rest/{path}"


def _nothing(_document: object, _headers: Mapping[str, str]) -> Refusal:
    return Refusal()
