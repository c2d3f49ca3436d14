"""Whether a webhook arrives: a test is sent, and looked for in the store.

Rule 1: only what our receiver stored counts as arrived; what the helpdesk says of the answer explains what did not.
Rule 2: it is waited for so long and no longer.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.contract import Provisioner
from connectors.provisions import Trial
from plugin.pipeline.trials import payload
from plugin.store.provisions import Provisions

#: Seconds between two tests; Zendesk takes 20 in a minute.
PAUSE = 4.0
_ANSWERS: Mapping[int, str] = {
    401: "arrived, but was refused (401): the receiver has another signing secret. Was it restarted since the secret"
    " was written? Its log says why it refused.",
    404: 'arrived, but the receiver knows no connection "{name}" (404): restart it with this connections file, and look'
    " whether the address leads to it.",
    503: "arrived, but the receiver could not store it (503): look at its log, and run: escalation migrate.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What became of the test."""

    well: bool
    says: str


@dataclass(frozen=True, kw_only=True)
class Trying:
    """A webhook that is to be tried."""

    connection: str
    provisioner: Provisioner
    kept: Provisions
    webhook_id: str
    address: str
    pause: float = PAUSE

    def until_it_arrives(self, seconds: float, *, patient: Callable[[str], None]) -> Verdict:
        """Send the test now and every few seconds; `patient` is told once why it is waited."""
        number, pause = secrets.randbelow(2**52), threading.Event()
        verdict, left = self._once(number), int(seconds / self.pause)
        if left and not verdict.well:
            patient(verdict.says)
        while left and not verdict.well:
            pause.wait(self.pause)
            verdict, left = self._once(number), left - 1
        return verdict

    def _once(self, number: int) -> Verdict:
        trial = self.provisioner.test(self.webhook_id, self.address, payload(number))
        if self.kept.has_arrived(self.connection, number):
            return Verdict(well=True, says="arrived, and its signature is good.")
        return Verdict(well=False, says=explained(trial, self.connection, self.address))


def explained(trial: Trial, connection: str, address: str) -> str:
    """Return why a test that is not in the store did not get there."""
    if trial.status is None:
        return f"did not arrive: nothing answered at {address}. Does the receiver run, and does the address lead to it?"
    if trial.status in _ANSWERS:
        return _ANSWERS[trial.status].format(name=connection)
    if 200 <= trial.status < 300:
        return (
            f"was taken ({trial.status}), but is not in this store: another program, or a receiver with another"
            f" DATABASE_URL, answers at {address}."
        )
    return f"did not arrive: {address} answered {trial.status}; is there a proxy in between?"
