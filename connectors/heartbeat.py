"""A sign of life for a monitor elsewhere, over the one transport.

Rule 1: the address is a secret, as a feed's is; whoever has it can pretend that all is well.
"""

from __future__ import annotations

from connectors.contract import Clock
from connectors.credentials import Fixed
from connectors.errors import ConnectorError
from connectors.feeds import secret_address
from connectors.outcomes import Refusal
from connectors.transport import Transport, Wanted

_WANTED = Wanted(accept="*/*", json=False, most_bytes=64 * 1024, name="the heartbeat")


def address(url: str) -> str:
    """Return the address as it is called, or raise PermanentFailure, which shows nothing of it."""
    return secret_address(url, "the heartbeat")


def beat(url: str, *, clock: Clock) -> None:
    """Call the monitor, or raise ConnectorError."""
    called = address(url)
    with Transport(called, Fixed(""), clock=clock, explain=_explain, wanted=_WANTED) as transport:
        try:
            transport.get(called)
        except ConnectorError as failure:
            raise failure from None  # what lies beneath names the address


def _explain(document: object, headers: object) -> Refusal:
    return Refusal(readable=True)
