"""Telling chats, mail servers and on-call tools, by Apprise.

Rule 1: an address is a secret: no message, and no error beneath one, shows more of it than its scheme. Of what Apprise
        logs only the status of an answer is heard.
Rule 2: Apprise does its own HTTP and SMTP, which is the one exception from the one transport; it is imported nowhere
        else. It follows no redirect, waits 4 s to connect and 4 s for an answer unless the address says otherwise, and
        keeps nothing on disk; `connectors.plain_calls` bounds what it reads.
Rule 3: what is sent is plain text; a service that wants another format gets it escaped.
Rule 4: one notice takes LONGEST at most. A call that takes longer is given up, and its destination is told nothing more
        by this process until it has ended.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from connectors.errands import Errands, StillOut
from connectors.errors import PermanentFailure, TemporaryFailure
from connectors.plain_calls import bounded

if TYPE_CHECKING:
    from apprise import NotifyBase

#: Seconds for one notice, all in all: each wait within it is bounded by itself, and they add up.
LONGEST = 20.0
_ERRANDS = Errands()
_STATUS = re.compile(r"\berror=(\d{3})\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Where somebody is told."""

    name: str
    url: str = field(repr=False)
    throttle: timedelta = timedelta(minutes=1)  #: Between two messages; what comes meanwhile goes out as one.

    @property
    def masked(self) -> str:
        """Return what of the address may be seen."""
        return f"{self.url.partition('://')[0]}://…"


def check(destination: Destination) -> None:
    """Raise PermanentFailure if the address is none that Apprise can use; nobody is told anything."""
    with _hearing():
        _service(destination)


def send(destination: Destination, *, title: str, body: str, tone: str) -> None:
    """Tell a destination, or raise TemporaryFailure; PermanentFailure if its address is of no use.

    An answer that is lost, or comes too late, is a failure too: the same may be sent again.
    """
    try:
        _ERRANDS.run(destination.name, partial(_send, destination, title, body, tone), seconds=LONGEST)
    except TimeoutError:
        raise TemporaryFailure(f"{destination.masked} took longer than {LONGEST:g} s; it may have arrived") from None
    except StillOut:
        raise TemporaryFailure(f"{destination.masked} has not ended the call before") from None


def _send(destination: Destination, title: str, body: str, tone: str) -> None:
    from apprise import NotifyFormat, NotifyType

    with _hearing() as ear:
        service = _service(destination)
        try:
            with bounded():
                taken = service.notify(
                    title=title, body=body, notify_type=NotifyType(tone), body_format=NotifyFormat.TEXT
                )
        except Exception as problem:  # noqa: BLE001  whatever a service's code raises, its text may hold the address
            raise TemporaryFailure(f"{destination.masked} failed: {type(problem).__name__}") from None
    if not taken:
        met = f"did not take it: status {ear.status}" if ear.status else "could not be reached, or did not take it"
        raise TemporaryFailure(f"{destination.masked} {met}")


def _service(destination: Destination) -> NotifyBase:
    # Loads every service there is, which takes longer than the rest of a process's start.
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(
        app_id="Escalation",
        app_desc="Escalation",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        http_redirects=False,
        async_mode=False,
        storage_mode="memory",
        secure_logging=True,
    )
    service = Apprise.instantiate(destination.url, asset=asset)
    if service is None:
        raise PermanentFailure(f"{destination.masked} is no address of a service that Apprise knows, or lacks a part")
    return service


class _Ear(logging.Handler):
    """Hears what status a service answered this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: str | None = None
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the status, and nothing else."""
        if record.thread == self._thread and (found := _STATUS.search(record.getMessage())):
            self.status = found[1]


@contextmanager
def _hearing() -> Iterator[_Ear]:
    """Hear Apprise's log, and let nobody else; what it says for debugging holds addresses and is not said at all."""
    apprise, ear = logging.getLogger("apprise"), _Ear()
    apprise.propagate = False
    apprise.setLevel(logging.WARNING)
    apprise.addHandler(ear)
    try:
        yield ear
    finally:
        apprise.removeHandler(ear)
