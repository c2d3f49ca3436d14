"""The composition root: the only place that knows the concrete parts."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping

from connectors.contract import Clock, Platform
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.documents import load_policy
from plugin.links import Links
from plugin.log import logger
from plugin.pipeline.parts import Parts
from plugin.settings import Settings
from plugin.store.store import Store


def build(settings: Settings, *, clock: Clock = utc_now, platforms: Mapping[str, Platform] = PLATFORMS) -> Parts:
    """Return the parts of one process; connects to nothing yet, but the policy has been read and checked."""
    policy, _ = load_policy(settings.policy_file)
    for account in settings.accounts.values():
        if advice := platforms[account.platform].advice(account):
            logger.warning("connection=%s: %s", account.name, advice)
    return Parts(
        store=Store.open(settings.database_url),
        policy=policy,
        accounts=settings.accounts,
        platforms=platforms,
        clock=clock,
        new_id=lambda: uuid.uuid4().hex,
        chance=random.random,
        destinations=settings.destinations,
        links=Links(public_url=settings.public_url, secrets=settings.link_secrets, clock=clock),
    )
