"""What an event says was written, and by whom.

Rule 1: who may read a comment is told or the comment is left out; a guess could count as an answer to the customer.
Rule 2: what Zendesk's own user writes is nobody's answer, though it counts as staff there.
Rule 3: of an edited comment nobody tells when it was written, so only new ones are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connectors import values as shared
from connectors.model import Comment, Party
from connectors.values import attempt, mapping
from connectors.zendesk.history import SYSTEM
from connectors.zendesk.values import ident

#: By the author's `is_staff`.
_PARTIES = {False: Party.CUSTOMER, True: Party.AGENT, None: Party.UNKNOWN}


def added(told: Mapping[str, object], at: datetime) -> Comment | None:
    """Return the comment that `comment_added` brings."""
    own_id, public = attempt(ident, told.get("id")), attempt(shared.flag, told.get("is_public"))
    if own_id is None or public is None:
        return None
    author = mapping(told.get("author"))
    author_id = attempt(ident, author.get("id"))
    party = _PARTIES[attempt(shared.flag, author.get("is_staff"))]
    return Comment(
        id=own_id,
        at=at,
        by=Party.AUTOMATION if author_id == SYSTEM else party,
        public=public,
        author_id=author_id,
        text=attempt(shared.text, told.get("body")) or "",
    )


def first(known: Mapping[str, object], at: datetime) -> Comment | None:
    """Return the description as the comment it is; its author is the submitter."""
    public, created_at = known.get("is_public"), known.get("created_at")
    if not isinstance(public, bool):
        return None
    submitter, requester = known.get("submitter_id"), known.get("requester_id")
    return Comment(
        id="description",
        at=created_at if isinstance(created_at, datetime) else at,
        by=_submitted_by(submitter, requester),
        public=public,
        author_id=str(submitter) if submitter else None,
        text=str(known.get("description", "")),
    )


def _submitted_by(submitter: object, requester: object) -> Party:
    """Tell who wrote the first comment: only an agent may submit for somebody else."""
    if submitter == SYSTEM:
        return Party.AUTOMATION
    if not submitter or not requester:
        return Party.UNKNOWN
    return Party.CUSTOMER if submitter == requester else Party.AGENT
