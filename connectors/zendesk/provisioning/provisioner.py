"""The half that sets an account up: it looks, and carries out one step of a plan at a time.

Rule 1: nothing but ConnectorError gets out; every call goes through our one transport, which repeats nothing.
Rule 2: looking reads only. A list that we may not see is a hindrance, and its things are left out.
Rule 3: of an answer to a write only the id counts: what it shows of the thing may differ from what lists show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from connectors import comparing
from connectors.errors import AuthFailure, ConnectorError, NotFound, PermanentFailure, UnknownOutcome
from connectors.provisions import Found, Made, Plan, Setup, Step, Thing, Trial, Verb, resolved
from connectors.transport import Transport
from connectors.values import attempt
from connectors.zendesk import rights
from connectors.zendesk.provisioning import hindrances, wanted
from connectors.zendesk.provisioning.kinds import DROPPED, KEPT, KINDS, NAMES, TAKEN_DOWN, in_order
from connectors.zendesk.provisioning.showing import show
from connectors.zendesk.values import ident

#: A hundred on each.
_MOST_PAGES = 100

Json = dict[str, Any]


class ZendeskProvisioner:
    """Sets up one account; belongs to one thread."""

    def __init__(self, connection: str, base_url: str, transport: Transport) -> None:
        self._mark = wanted.mark(connection)
        self._base_url = base_url
        self._http = transport

    def look(self, kinds: Collection[str]) -> Found:
        """Return what is there of some kinds, or raise AuthFailure where we are nobody."""
        user = self._me()
        things: dict[str, Sequence[Thing]] = {}
        refused = list(hindrances.of_user(user))
        for kind in kinds:
            try:
                things[kind] = list(self._things(kind))
            except PermanentFailure as problem:
                refused.append(hindrances.may_not(kind, problem, admin=user.get("role") == "admin"))
        return Found(things=things, hindrances=tuple(refused))

    def kinds(self, setup: Setup, made: Sequence[Made]) -> tuple[str, ...]:
        """Return the kinds of things that a setup needs looked at."""
        wishes, _ = wanted.wishes(setup, Found(things={}), made)
        known = {wish.kind for wish in wishes} | {one.kind for one in made}
        return tuple(kind for kind in KINDS if kind in known)

    def plan(self, setup: Setup, found: Found, made: Sequence[Made], *, agreed: Collection[str] = ()) -> Plan:
        """Return what makes the account as wanted; asks nothing."""
        wishes, notices = wanted.wishes(setup, found, made)
        dropped = comparing.dropped(wishes, found, made, NAMES, kinds=DROPPED, agreed=agreed)
        steps = comparing.plan(wishes, found, made, agreed=agreed, show=show)
        order = comparing.order(wishes, steps, found, name="SLA policies") if "sla" in found.things else ()
        idle = [one for one in made if one.kind in KEPT and one.ref not in {wish.ref for wish in wishes}]
        notices += [
            f'{NAMES[one.kind]} "{one.name}" is not wanted any more; it stays until you delete it' for one in idle
        ]
        return Plan(steps=(*dropped, *steps, *order), notices=(*setup.notices, *notices))

    def undo(self, found: Found, made: Sequence[Made], *, everything: bool, agreed: Collection[str] = ()) -> Plan:
        """Return what takes down what we made; asks nothing."""
        kinds = [kind for kind in TAKEN_DOWN if everything or kind not in KEPT]
        order = {kind: place for place, kind in enumerate(kinds)}
        ours = sorted((one for one in made if one.kind in order), key=lambda one: order[one.kind])
        steps = comparing.undo(ours, found, NAMES, agreed=agreed)
        kept = [one for one in made if one.kind not in order]
        notices = [f'{NAMES[one.kind]} "{one.name}" stays; with --everything it goes, too' for one in kept]
        if any(step.kind == "field" and step.acts for step in steps):
            notices.append("a ticket field that is removed takes its values along, on every ticket")
        return Plan(steps=steps, notices=tuple(notices))

    def carry_out(self, step: Step, ids: Mapping[str, str]) -> str | None:
        """Do what one step says; return the id of what is there then."""
        row, facts = KINDS[step.kind], resolved(step.facts, ids)
        place = self._url(f"{row.path}/{step.id}")
        match step.verb:
            case Verb.REMOVE:
                self._remove(place)
            case Verb.ORDER:
                asked = {"sla_policy_ids": [int(id_) for id_ in facts["ids"]]}  # type: ignore[attr-defined]
                self._http.put(self._url(f"{row.path}/reorder"), json=asked)
            case Verb.CREATE:
                answer = self._http.post(self._url(row.path), json=wanted.body(step.kind, facts)).json()
                return self._made(step.kind, answer)
            case _:
                self._http.request(row.verb, place, json=wanted.body(step.kind, facts))
                return step.id
        return None

    def hint(self, step: Step, problem: ConnectorError) -> str:
        """Return what an admin can do about a step that failed."""
        return hindrances.hint(step.kind, getattr(problem, "status", None))

    def chosen_secret(self) -> None:
        """Return none: Zendesk makes it."""

    def secret(self, webhook_id: str) -> str:
        """Return what signs a webhook's requests."""
        document = self._get(f"webhooks/{webhook_id}/signing_secret").get("signing_secret")
        secret = document.get("secret") if isinstance(document, dict) else None
        if not isinstance(secret, str) or not secret:
            raise PermanentFailure(f"{self._base_url} tells no signing secret of the webhook")
        return secret

    def test(self, webhook_id: str, address: str, payload: Mapping[str, object]) -> Trial:
        """Have the webhook send a body to our address, and return what that answered."""
        url = self._url(f"webhooks/test?webhook_id={webhook_id}")
        answer = self._http.post(url, json=wanted.trial(address, payload)).json()
        response = answer.get("response") if isinstance(answer, dict) else None
        status = response.get("status_code") if isinstance(response, dict) else None
        return Trial(status=status if isinstance(status, int) and status > 0 else None)

    def _me(self) -> Json:
        """Return our user; refused credentials may be answered with an anonymous one, and 200."""
        user = self._get("users/me").get("user")
        if not isinstance(user, dict) or not user.get("id") or user.get("role") not in rights.ROLES:
            raise AuthFailure(f"{self._base_url} does not take our credentials for an agent's or admin's", status=401)
        return user

    def _things(self, kind: str) -> Iterator[Thing]:
        row = KINDS[kind]
        path = f"{row.path}?page%5Bsize%5D=100" if row.pages else row.path
        for _ in range(_MOST_PAGES):
            page = self._get(path)
            yield from in_order(kind, page.get(row.many), self._mark)
            meta, links = page.get("meta") or {}, page.get("links") or {}
            path = (links.get("next") if meta.get("has_more") else page.get("next_page")) or ""
            if not path:
                return
        raise PermanentFailure(f"there are more than {_MOST_PAGES * 100}, too many to look through")

    def _made(self, kind: str, document: object) -> str:
        one = document.get(KINDS[kind].one) if isinstance(document, dict) else None
        id_ = attempt(ident, one.get("id")) if isinstance(one, dict) else None
        if id_ is None:
            raise UnknownOutcome(f"{self._base_url} answered with something that is no {NAMES[kind]}")
        return id_

    def _remove(self, url: str) -> None:
        try:
            self._http.delete(url)
        except NotFound:
            return  # somebody was faster

    def _get(self, path: str) -> Json:
        document = self._http.get(self._url(path)).json()
        if not isinstance(document, dict):
            raise PermanentFailure(f"{self._base_url} does not answer like Zendesk; check the connection's base_url")
        return document

    def _url(self, path: str) -> str:
        return path if "://" in path else f"{self._base_url}/api/v2/{path}"
