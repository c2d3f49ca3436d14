"""Signed links that tell a command: an offer becomes a token, and a token an offer.

Rule 1: a token says what it offers and is signed; it is no secret, and names nobody but by the policy's own key.
Rule 2: the first secret signs, each of them is tried: so they can be changed without spoiling what was sent.
Rule 3: a token lives for LIFE by the clock that is given; one of the future is no token.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from connectors.contract import Clock
from connectors.model import TicketRef
from plugin.clock import utc_now
from plugin.core.commands import Word
from plugin.core.model import Case
from plugin.core.offers import LABELS, Offer, in_notes, offers
from plugin.core.policy import Policy

#: How long a link may be followed.
LIFE = timedelta(days=7)
#: How far the clocks of two machines may be apart.
SKEW = timedelta(minutes=1)
#: Longer than any token of ours.
LONGEST = 2000
#: Fewer characters than this are no secret.
SHORTEST_SECRET = 32
PATH = "/act/"
_LETTERS = re.compile(r"[A-Za-z0-9_.-]+")


class BadLink(Exception):
    """Not one of our links, or not a whole one."""


class OldLink(BadLink):
    """It was good once."""

    def __init__(self, offer: Offer) -> None:
        super().__init__("older than a link may be")
        self.offer = offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Makes links and reads them; without an address it makes none."""

    public_url: str = ""  #: Where people reach us, without a trailing slash.
    secrets: tuple[str, ...] = field(default=(), repr=False)
    clock: Clock = utc_now

    @property
    def on(self) -> bool:
        """Tell if there are links."""
        return bool(self.public_url and self.secrets)

    def links_for(self, policy: Policy, case: Case | None) -> list[tuple[str, str]]:
        """Return what the owner of a case may answer by a link, as labels and addresses; for the owner's eyes alone."""
        return self._links(offers(policy, case) if case and self.on else ())

    def links_in_notes(self, policy: Policy, case: Case | None) -> list[tuple[str, str]]:
        """Return the same for a note, as far as the policy lets notes carry them."""
        return self._links(in_notes(policy, case) if case and self.on else ())

    def _links(self, found: Iterable[Offer]) -> list[tuple[str, str]]:
        return [(LABELS[offer.word], self.url(offer)) for offer in found]

    def url(self, offer: Offer) -> str:
        """Return the address that offers it."""
        return f"{self.public_url}{PATH}{self.token(offer)}"

    def token(self, offer: Offer) -> str:
        """Return a signed token."""
        ticket = offer.ticket
        told = [ticket.connection, ticket.id, offer.case_id, offer.stage, offer.word.value, offer.person]
        return str(self._serializer().dumps(told))

    def read(self, token: str) -> Offer:
        """Return what a token offers; OldLink or BadLink."""
        if len(token) > LONGEST or not self.on:
            raise BadLink("too long")
        if not _LETTERS.fullmatch(token):  # one of ours written otherwise is none: what decodes alike is not the same
            raise BadLink("has letters that none of ours has")
        try:
            told, signed_at = self._serializer().loads(token, return_timestamp=True)
        except (BadData, ValueError, OverflowError) as problem:  # a time that no calendar has is no BadData
            raise BadLink("no secret of ours signed this") from problem
        offer = _offer(told)
        age = self.clock() - signed_at
        if age > LIFE:
            raise OldLink(offer)
        if age < -SKEW:
            raise BadLink("signed in the future")
        return offer

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            list(reversed(self.secrets)),  # the last one signs there
            salt="escalation.act",
            signer=_Signer,
            signer_kwargs={"clock": self.clock, "key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


class _Signer(TimestampSigner):
    """Signs with the time of our clock."""

    def __init__(self, *args: Any, clock: Clock, **more: Any) -> None:
        super().__init__(*args, **more)
        self._clock = clock

    def get_timestamp(self) -> int:
        """Return the whole seconds of it."""
        return int(self._clock().timestamp())


def _offer(told: object) -> Offer:
    try:
        connection, ticket, case_id, stage, word, person = map(str, told if isinstance(told, list) else ())
        ref = TicketRef(connection=connection, id=ticket)
        return Offer(ticket=ref, case_id=case_id, stage=stage, word=Word(word), person=person)
    except ValueError as problem:
        raise BadLink("offers nothing we know") from problem
