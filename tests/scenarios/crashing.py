"""A worker that is killed: `python -m tests.scenarios.crashing DATABASE_URL HELPDESK_URL INSTANT STEP`.

Steps are counted at every point where something lasting happens: before and after each commit, and before and after
each write to the helpdesk. At the STEPth the process kills itself with SIGKILL. With more steps than there are it
ends by itself and prints `done`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.model import Account, BearerToken
from connectors.zendesk.client import ZendeskClient
from plugin.pipeline.process import visit
from plugin.store.store import Store
from tests.scenarios.world import ACME, LEASE, SECRET, make_parts


class Fuse:
    """Counts the points and kills the process at one of them."""

    def __init__(self, step: int) -> None:
        self._left = step

    def point(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.point()
            answer = function(*args, **kwargs)
            self.point()
            return answer

        return counted


def main() -> None:
    url, helpdesk, instant, step = sys.argv[1:]
    fuse, now = Fuse(int(step)), datetime.fromisoformat(instant)
    for kind, name in ((Store, "claim"), (Store, "write"), (Store, "release"), (ZendeskClient, "apply")):
        setattr(kind, name, fuse.around(getattr(kind, name)))
    account = Account(
        name=ACME,
        platform="zendesk",
        base_url=helpdesk,
        auth=BearerToken(token="an-invented-token"),
        webhook_secrets=(SECRET,),
    )
    parts = make_parts(url, {ACME: account}, lambda: now)
    while claims := parts.store.claim([ACME], now=now, lease=LEASE, limit=10):
        for claimed in claims:
            visit(parts, claimed)
    print("done")


if __name__ == "__main__":
    main()
