"""Webhooks out: signed on Cloud, retried, held back, shuffled and doubled when told to."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from tests.sandbox.jira import showing
from tests.sandbox.jira.site import Json, Site

#: What both personalities try again after, and how often.
_REPEATED = (408, 409, 425, 429, 500, 502, 503, 504)
_ATTEMPTS = 5
_PAUSE_SECONDS = 0.05


@dataclass
class Webhook:
    """One admin webhook."""

    url: str
    secret: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4().int % 10_000))
    events: tuple[str, ...] = ()
    name: str = "Sandbox"
    jql: str = ""
    enabled: bool = True


@dataclass
class Delivery:
    """One body on its way."""

    webhook: Webhook
    body: bytes
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    answers: list[int] = field(default_factory=list)


class Post:
    """The postman."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.webhooks: list[Webhook] = []
        self.hold = False
        self.held: list[Delivery] = []
        self.sent: list[Delivery] = []
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="jira-post")
        self._under_way = 0
        self._quiet = threading.Condition()
        self._over = threading.Event()
        site.listeners.append(self.hear)

    def hear(self, site: Site, number: str, actor: str, name: str, items: list[Json], said: Json | None) -> None:
        body = json.dumps(showing.told(site, number, actor, name, items, said), ensure_ascii=False).encode()
        for webhook in [one for one in self.webhooks if one.enabled and (not one.events or name in one.events)]:
            delivery = Delivery(webhook, body)
            if self.hold:
                self.held.append(delivery)
                continue
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

    def headers(self, delivery: Delivery, *, retry: int = 0) -> dict[str, str]:
        """Return what goes with a body; Data Center signs nothing."""
        told = {"Content-Type": "application/json; charset=UTF-8", "User-Agent": "Atlassian HTTP Client"}
        if self.site.cloud:
            told |= {"X-Atlassian-Webhook-Identifier": delivery.identifier, "X-Atlassian-Webhook-Flow": "Primary"}
            told |= {"X-Atlassian-Webhook-Retry": str(retry)} if retry else {}
            if delivery.webhook.secret:
                digest = hmac.new(delivery.webhook.secret.encode(), delivery.body, hashlib.sha256).hexdigest()
                told["X-Hub-Signature"] = f"sha256={digest}"
        return told

    def _carry(self, delivery: Delivery) -> None:
        try:
            for retry in range(_ATTEMPTS if self.site.cloud else 1):
                delivery.answers.append(self._send(delivery, retry))
                if delivery.answers[-1] not in (0, *_REPEATED) or self._over.wait(_PAUSE_SECONDS):
                    break
            self.sent.append(delivery)
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _send(self, delivery: Delivery, retry: int) -> int:
        try:
            headers = self.headers(delivery, retry=retry)
            return int(requests.post(delivery.webhook.url, data=delivery.body, headers=headers, timeout=20).status_code)
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
        self._over.set()
        self._pool.shutdown(wait=True)
