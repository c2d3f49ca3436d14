"""Workers that are killed: `python -m tests.scenarios.crashing DATABASE_URL HELPDESK_URL CHAT_URL`.

Each line `INSTANT STEP` on standard input is one worker: a child, forked after the imports, that works until nothing is
due. How it ended is answered in a line, as `subprocess` would: 0, or the signal with a minus.

Steps are counted at every point where something lasting happens: before and after each commit, each write to the
helpdesk and each message to the chat. At the STEPth the worker kills itself with SIGKILL; with more steps than there
are it ends by itself.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors import notices
from connectors.accounts import Account, BearerToken
from connectors.notices import Destination
from connectors.zendesk.client import ZendeskClient
from plugin.core.rules import compile_policy
from plugin.pipeline.telling import tell
from plugin.pipeline.visiting import visit
from plugin.store.postings import Postings
from plugin.store.store import Store
from tests.scenarios.world import ACME, LEASE, POLICY, SECRET, make_parts

#: The usual policy, which tells a chat of everything.
TOLD = {
    **POLICY,
    "matrix": [{**row, "tell": ["chat"]} for row in POLICY["matrix"]],
    "destinations": {"chat": {"on": ["opened"]}},
}


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


def work(url: str, helpdesk: str, chat: str, now: datetime, step: int) -> None:
    """Do all that is due, up to a step."""
    fuse = Fuse(step)
    points = ((Store, "claim"), (Store, "write"), (Store, "release"), (ZendeskClient, "apply"))
    for kind, name in (*points, (Postings, "take"), (Postings, "sent"), (notices, "send")):
        setattr(kind, name, fuse.around(getattr(kind, name)))
    account = Account(
        name=ACME,
        platform="zendesk",
        base_url=helpdesk,
        auth=BearerToken(token="an-invented-token"),
        webhook_secrets=(SECRET,),
    )
    destinations = {"chat": Destination(name="chat", url=chat)}
    parts = make_parts(url, {ACME: account}, lambda: now, compile_policy(TOLD), destinations)
    while claims := parts.store.claim([ACME], now=now, lease=LEASE, limit=10):
        for claimed in claims:
            visit(parts, claimed)
    while posting := parts.store.postings.take(now=now, lease=LEASE):
        tell(parts, posting)


def forked(url: str, helpdesk: str, chat: str, now: datetime, step: int) -> int:
    """Work in a child and return how it ended; nothing of ours is open when it forks."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended = 1
    try:
        work(url, helpdesk, chat, now, step)
        ended = 0
    finally:
        if ended:
            traceback.print_exc()
        os._exit(ended)


def main() -> None:
    url, helpdesk, chat = sys.argv[1:]
    for line in sys.stdin:
        instant, step = line.split()
        print(forked(url, helpdesk, chat, datetime.fromisoformat(instant), int(step)), flush=True)


if __name__ == "__main__":
    main()
