"""Webhooks out: signed, several per change, late, twice or out of order when told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import re
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.sandbox.zendesk import triggers
from tests.sandbox.zendesk.changes import shouted
from tests.sandbox.zendesk.helpdesk import Helpdesk, stamp

PREFIX = "zen:event-type:ticket."
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
_ATTEMPTS = 4
_PAUSE_SECONDS = 0.05
_REPEATED = (409, 429, 503)


@dataclass
class Webhook:
    """One webhook of the account."""

    url: str
    secret: str
    subscriptions: tuple[str, ...] | None = None  #: Event names without prefix; None: all.
    template: str | None = None  #: A trigger's JSON, with placeholders.
    name: str = "Sandbox"
    active: bool = True
    triggered: bool = False  #: Told by triggers, and by nothing else.
    description: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:26].upper())

    def __post_init__(self) -> None:
        if self.subscriptions is not None:
            self.subscriptions = tuple(name.removeprefix(PREFIX) for name in self.subscriptions)

    def wants(self, event: str) -> bool:
        return not self.triggered and (self.subscriptions is None or event in self.subscriptions)


@dataclass
class Delivery:
    """One body on its way."""

    webhook: Webhook
    body: bytes
    invocation: str = field(default_factory=lambda: uuid.uuid4().hex[:26].upper())
    answers: list[int] = field(default_factory=list)  #: 0: none came.
    at: str = ""  #: When it was last tried.


class Post:
    """The postman."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self.helpdesk = helpdesk
        self.webhooks: list[Webhook] = []
        self.hold = False
        self.held: list[Delivery] = []
        self.sent: list[Delivery] = []
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="post")
        self._under_way = 0
        self._quiet = threading.Condition()
        self._over = threading.Event()
        self._own = threading.local()
        helpdesk.listeners.append(self.hear)

    def hear(self, ticket_id: int, actor: int, told: list[tuple[str, dict[str, Any]]]) -> None:
        action = str(uuid.uuid4().int)[:26]
        for webhook in [w for w in self.webhooks if w.active]:
            if webhook.template is not None:
                if told:
                    self._post(Delivery(webhook, rendered(self.helpdesk, ticket_id, actor, webhook.template)))
                continue
            for position, (name, event) in enumerate(told, 1):
                if webhook.wants(name):
                    sequence = {"sequence": {"id": action, "position": position}}
                    body = event_body(self.helpdesk, ticket_id, actor, name, {**event, "meta": sequence})
                    self._post(Delivery(webhook, body))
        for webhook_id, template in triggers.told(self.helpdesk, ticket_id) if told else ():
            for webhook in [w for w in self.webhooks if w.active and w.id == webhook_id]:
                self._post(Delivery(webhook, rendered(self.helpdesk, ticket_id, actor, template)))

    def _post(self, delivery: Delivery) -> None:
        if self.hold:
            self.held.append(delivery)
            return
        with self._quiet:
            self._under_way += 1
        self._pool.submit(self._carry, delivery)

    def deliver(self, *, shuffle_seed: int | None = None, twice: bool = False, drop: float = 0.0) -> None:
        """Send what is held: in order, or shuffled; each twice, some never."""
        waiting, self.held = self.held * (2 if twice else 1), []
        chance = random.Random(shuffle_seed)
        if shuffle_seed is not None:
            chance.shuffle(waiting)
        for delivery in waiting:
            if chance.random() >= drop:
                with self._quiet:
                    self._under_way += 1
                self._carry(delivery)

    def _carry(self, delivery: Delivery) -> None:
        try:
            for _ in range(_ATTEMPTS):
                delivery.answers.append(self._send(delivery))
                if delivery.answers[-1] not in _REPEATED or self._over.wait(_PAUSE_SECONDS):
                    break
            if not any(known is delivery for known in self.sent):
                self.sent.append(delivery)
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _send(self, delivery: Delivery) -> int:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
        try:
            return int(
                self._own.session.post(
                    delivery.webhook.url, data=delivery.body, headers=self.headers(delivery), timeout=12
                ).status_code
            )
        except requests.RequestException:
            return 0

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """Return what goes with a body, signed as of now."""
        at = delivery.at = stamp(self.helpdesk.clock())
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": "22129848",
            "X-Zendesk-Webhook-Id": delivery.webhook.id,
            "X-Zendesk-Webhook-Invocation-Id": delivery.invocation,
            "X-Zendesk-Webhook-Signature": signature(delivery.webhook.secret, at, delivery.body),
            "X-Zendesk-Webhook-Signature-Timestamp": at,
        }

    def idle(self, seconds: float = 30.0) -> bool:
        """Wait until every delivery under way was answered."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._under_way == 0, timeout=seconds)

    def is_idle(self) -> bool:
        with self._quiet:
            return self._under_way == 0

    def close(self) -> None:
        self._over.set()
        self._pool.shutdown(wait=True)


def signature(secret: str, at: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def event_body(helpdesk: Helpdesk, ticket_id: int, actor: int, name: str, event: Mapping[str, Any]) -> bytes:
    """Return an event as its subscription brings it, pretty-printed as the real one."""
    now = helpdesk.clock()
    document = {
        "account_id": 22129848,
        "detail": detail(helpdesk, ticket_id, actor),
        "event": dict(event),
        "id": str(uuid.uuid4()),
        "subject": f"zen:ticket:{ticket_id}",
        "time": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond * 1000:09d}Z",
        "type": f"{PREFIX}{name}",
        "zendesk_event_version": "2022-11-06",
    }
    return (json.dumps(document, indent=3, ensure_ascii=False) + "\n").encode()


def detail(helpdesk: Helpdesk, ticket_id: int, actor: int) -> dict[str, Any]:
    ticket = helpdesk.tickets[ticket_id]
    ids = ("assignee_id", "brand_id", "group_id", "organization_id", "requester_id", "submitter_id")
    return {
        "actor_id": str(actor),
        **{name: _text(ticket[name]) for name in ids},
        **{name: shouted(name, ticket[name]) for name in ("priority", "status", "type")},
        "created_at": ticket["created_at"],
        "custom_status": _text(ticket["custom_status_id"]),
        "description": ticket["description"],
        "external_id": ticket["external_id"],
        "form_id": _text(ticket["ticket_form_id"]),
        "id": str(ticket_id),
        "is_public": ticket["is_public"],
        "subject": ticket["subject"],
        "tags": list(ticket["tags"]),
        "updated_at": ticket["updated_at"],
        "via": ticket["via"],
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def rendered(helpdesk: Helpdesk, ticket_id: int, actor: int, template: str) -> bytes:
    """Fill a trigger's template in, as plain text without any escaping."""
    ticket = helpdesk.tickets[ticket_id]
    values = {
        "ticket.id": ticket_id,
        "ticket.title": ticket["subject"],
        "ticket.description": ticket["description"],
        "ticket.status": str(ticket["status"]).capitalize(),
        "ticket.priority": str(ticket["priority"] or "").capitalize(),
        "ticket.tags": " ".join(ticket["tags"]),
        "ticket.updated_at_with_timestamp": ticket["updated_at"],
        "ticket.requester.name": helpdesk.users.get(ticket["requester_id"], {}).get("name", ""),
        "current_user.id": actor,
    }
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), template).encode()
