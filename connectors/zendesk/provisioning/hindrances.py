"""What our user may not set up, and what an admin must click then.

Rule 1: no I/O; a refusal becomes a remedy in plain words, with the way through Admin Center by hand.

https://support.zendesk.com/hc/en-us/articles/4408838315546
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.errors import PermanentFailure
from connectors.provisions import Hindrance
from connectors.zendesk.provisioning.kinds import NAMES

_TOKEN = "the token's scope must be `read write`"  # noqa: S105  a sentence about tokens
#: By kind: what the API is asked with, and how it is done by hand.
_BY_HAND: Mapping[str, str] = {
    "webhook": "Admin Center > Apps and integrations > Webhooks > Create webhook",
    "trigger": "Admin Center > Objects and rules > Business rules > Triggers",
    "trigger_category": "Admin Center > Objects and rules > Business rules > Triggers > Add category",
    "sla": "Admin Center > Objects and rules > Business rules > Service level agreements",
    "macro": "Admin Center > Workspaces > Agent tools > Macros",
    "view": "Admin Center > Workspaces > Agent tools > Views",
    "field": "Admin Center > Objects and rules > Tickets > Fields",
}
_ESSENTIAL = frozenset({"webhook", "trigger", "trigger_category"})
_PEOPLE = "Admin Center > People > Team > Team members"


def may_not(kind: str, problem: PermanentFailure, *, admin: bool) -> Hindrance:
    """Return why things of a kind are left out."""
    what, essential = NAMES[kind], kind in _ESSENTIAL
    if problem.status not in (403, 404):
        return Hindrance(what=what, says=f"could not be listed: {problem}", essential=essential)
    if kind == "sla" and (problem.status == 404 or admin):
        says = "this plan has no SLA policies; Support Professional, Suite Growth and those above have them"
        return Hindrance(what=what, says=says)
    role = _TOKEN if admin else f"make our user an administrator ({_PEOPLE}), and {_TOKEN}"
    says = f"our user may not look at these: {role}; or do it by hand: {_BY_HAND[kind]}"
    return Hindrance(what=what, says=says, essential=essential)


def hint(kind: str, status: int | None) -> str:
    """Return what to do when a thing could not be made, beside what Zendesk said of it."""
    if kind == "webhook" and status in (400, 409, 422):
        return (
            "a trial account has 10 webhooks and no more: delete one that nobody needs, and run this again; where the"
            " plan lacks some of the events, --mode trigger"
        )
    if status in (401, 403):
        return f"make our user an administrator ({_PEOPLE}), and {_TOKEN}; or do it by hand: {_BY_HAND[kind]}"
    return f"by hand: {_BY_HAND[kind]}"


def of_user(user: Mapping[str, object]) -> Iterator[Hindrance]:
    """Yield what is to be known of our user."""
    if user.get("role") != "admin":
        says = f"is no administrator, so some of this may be refused: {_PEOPLE} > its name > Role"
        yield Hindrance(what="our user", says=says)
