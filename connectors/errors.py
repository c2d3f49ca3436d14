"""What can go wrong with a platform.

Each error answers one question: will the same call help later?
Messages name the value and the remedy, never a secret and never ticket text.
"""

from __future__ import annotations

from collections.abc import Mapping


class ConnectorError(Exception):
    """A platform did not do as asked."""


class TemporaryFailure(ConnectorError):
    """The same call may succeed later; it certainly changed nothing."""

    def __init__(self, message: str, *, retry_after: float | None = None, whole_connection: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after  #: Seconds; None lets the worker choose.
        self.whole_connection = whole_connection  #: True: every call of this connection must wait (429, 503).


class FewCallsLeft(TemporaryFailure):
    """The call was not made: the few that the platform still allows are left to more urgent ones."""


class UnknownOutcome(ConnectorError):
    """The call may or may not have been carried out: look for its marker before repeating it."""


class Conflict(ConnectorError):
    """The ticket changed since it was read: read it, decide again."""


class PermanentFailure(ConnectorError):
    """The same call will never succeed; a person must change something."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        details: Mapping[str, object] | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.details: Mapping[str, object] = details or {}
        #: Which of a write's places were refused and why: `assignee`, `group`, `priority`, `followers`, `tags`,
        #: `fields`, `field <id>`. All the others might be taken without these.
        self.refused: Mapping[str, str] = refused or {}


class NotFound(PermanentFailure):
    """The ticket, or what it refers to, is not there (any more)."""


class AuthFailure(PermanentFailure):
    """The credentials are refused or lack a right."""


class BadSignature(ConnectorError):
    """A request that does not prove it comes from the platform; the message is for our log only."""


class Unparseable(ConnectorError):
    """A signed body we cannot read as an event; the message says where and why."""
