"""Webhooks out: signed, several per change, late, twice or out of order when told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.sandbox.zendesk.helpdesk import Helpdesk, stamp

_ATTEMPTS = 3


@dataclass
class Webhook:
    """One webhook of the account."""

    url: str
    secret: str
    subscriptions: tuple[str, ...] | None = None  #: Event names without prefix; None: all.
    template: str | None = None  #: A trigger's JSON, with placeholders.
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:26].upper())


@dataclass
class Delivery:
    """One body on its way."""

    webhook: Webhook
    body: bytes
    invocation: str = field(default_factory=lambda: uuid.uuid4().hex[:26].upper())
    answers: list[int] = field(default_factory=list)


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
        self._own = threading.local()
        helpdesk.listeners.append(self.hear)

    def hear(self, ticket_id: int, actor: int, told: list[tuple[str, dict[str, Any]]]) -> None:
        for webhook in self.webhooks:
            bodies = [rendered(self.helpdesk, ticket_id, webhook.template)] if webhook.template else []
            if webhook.template is None:
                wanted = [(n, e) for n, e in told if webhook.subscriptions is None or n in webhook.subscriptions]
                bodies = [event_body(self.helpdesk, ticket_id, actor, name, event) for name, event in wanted]
            for body in bodies:
                self._post(Delivery(webhook, body))

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
                if delivery.answers[-1] not in (409, 429, 503):
                    break
            self.sent.append(delivery)
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _send(self, delivery: Delivery) -> int:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
        at = stamp(self.helpdesk.clock())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": "22129848",
            "X-Zendesk-Webhook-Id": delivery.webhook.id,
            "X-Zendesk-Webhook-Invocation-Id": delivery.invocation,
            "X-Zendesk-Webhook-Signature": signature(delivery.webhook.secret, at, delivery.body),
            "X-Zendesk-Webhook-Signature-Timestamp": at,
        }
        try:
            return int(
                self._own.session.post(
                    delivery.webhook.url, data=delivery.body, headers=headers, timeout=12
                ).status_code
            )
        except requests.RequestException:
            return 0

    def idle(self, seconds: float = 30.0) -> bool:
        """Wait until every delivery under way was answered."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._under_way == 0, timeout=seconds)

    def is_idle(self) -> bool:
        with self._quiet:
            return self._under_way == 0

    def close(self) -> None:
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
        "event": {**event, "meta": {"sequence": {"id": uuid.uuid4().hex, "position": 1}}},
        "id": str(uuid.uuid4()),
        "subject": f"zen:ticket:{ticket_id}",
        "time": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond * 1000:09d}Z",
        "type": f"zen:event-type:ticket.{name}",
        "zendesk_event_version": "2022-11-06",
    }
    return (json.dumps(document, indent=3, ensure_ascii=False) + "\n").encode()


def detail(helpdesk: Helpdesk, ticket_id: int, actor: int) -> dict[str, Any]:
    ticket = helpdesk.tickets[ticket_id]
    ids = ("assignee_id", "brand_id", "group_id", "organization_id", "requester_id", "submitter_id")
    shouted = ("priority", "status", "type")
    return {
        "actor_id": str(actor),
        **{name: None if ticket[name] is None else str(ticket[name]) for name in ids},
        **{name: None if ticket[name] is None else str(ticket[name]).upper() for name in shouted},
        "created_at": ticket["created_at"],
        "custom_status": None,
        "description": ticket["description"],
        "external_id": ticket["external_id"],
        "form_id": None,
        "id": str(ticket_id),
        "is_public": ticket["is_public"],
        "subject": ticket["subject"],
        "tags": list(ticket["tags"]),
        "updated_at": ticket["updated_at"],
        "via": ticket["via"],
    }


def rendered(helpdesk: Helpdesk, ticket_id: int, template: str) -> bytes:
    """Fill a trigger's template in, as plain text without any escaping."""
    ticket = helpdesk.tickets[ticket_id]
    values = {
        "ticket.id": ticket_id,
        "ticket.title": ticket["subject"],
        "ticket.status": str(ticket["status"]).capitalize(),
        "ticket.priority": str(ticket["priority"] or "").capitalize(),
        "ticket.tags": " ".join(ticket["tags"]),
        "ticket.updated_at_with_timestamp": ticket["updated_at"],
    }
    text = template
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", str(value))
    return text.encode()
