"""The helpdesk's state, and what a change to a ticket does to it.

Rule 1: one change is one audit, whoever makes it, and tells its listeners what happened.
Rule 2: `updated_at` has the grain of a second, so two changes in one second share a stamp, as on the real one.
Rule 3: keys that are not known are dropped without a word, as on the real one.
Rule 4: what will be refused is refused before anything has changed.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.sandbox.zendesk import changes, refusal, sla, text
from tests.sandbox.zendesk.changes import FIELDS, Json, Told

#: A listener is told the ticket's id, who changed it, and what happened.
Listener = Callable[[int, int, Told], None]
STAFF = ("agent", "admin")
SECOND = timedelta(seconds=1)
BUSINESS_RULES = ("triggers", "trigger_categories", "macros", "views")
_PRIORITIES = ("low", "normal", "high", "urgent")
_STATUSES = ("new", "open", "pending", "hold", "solved", "closed")


def stamp(at: datetime, grain: timedelta = SECOND) -> str:
    """Write an instant, cut down to its grain."""
    at = at.astimezone(UTC)
    at -= (at - datetime(1970, 1, 1, tzinfo=UTC)) % grain
    return at.strftime("%Y-%m-%dT%H:%M:%SZ" if grain >= SECOND else "%Y-%m-%dT%H:%M:%S.%fZ")


class Helpdesk:
    """Users, tickets, comments, audits."""

    def __init__(self, clock: Callable[[], datetime], stamp_grain: timedelta = SECOND) -> None:
        self.clock = clock
        self.stamp_grain = stamp_grain
        self.lock = threading.RLock()
        self.users: dict[int, Json] = {}
        self.groups: dict[int, Json] = {}
        self.organizations: dict[int, Json] = {}
        self.policies: list[Json] = []
        self.fields: dict[int, Json] = {}
        self.statuses: dict[int, Json] = {}
        self.brands: dict[int, Json] = {}
        self.forms: dict[int, Json] = {}
        self.applied: dict[int, Json | None] = {}  # The SLA policy of each ticket since its last change.
        self.breaches: dict[int, str | None] = {}  # When each ticket's next target is missed.
        self.metric_events: dict[int, list[Json]] = {}
        self.tickets: dict[int, Json] = {}
        self.comments: dict[int, list[Json]] = {}
        self.audits: dict[int, list[Json]] = {}
        self.tokens: dict[str, int] = {}
        self.oauth: Json = {}
        self.business_rules: dict[str, dict[int, Json]] = {name: {} for name in BUSINESS_RULES}
        self.plan: Json = {"sla": True, "most_webhooks": None}
        self.listeners: list[Listener] = []
        self._ids = count(10_000)

    def now(self) -> str:
        return stamp(self.clock(), self.stamp_grain)

    def seed(self, given: Mapping[str, Any]) -> None:
        """Take in people, policies and tickets; what has an id that is known is replaced."""
        for user in given.get("users", ()):
            self.users[user["id"]] = {"tags": [], "locale": "en-US", "user_fields": {}, "organization_id": None, **user}
        for group in given.get("groups", ()):
            self.groups[group["id"]] = dict(group)
        for organization in given.get("organizations", ()):
            self.organizations[organization["id"]] = {"tags": [], "organization_fields": {}, **organization}
        lists = {"ticket_fields": self.fields, "custom_statuses": self.statuses}
        for name, known in {**lists, "brands": self.brands, "ticket_forms": self.forms}.items():
            known.update((one["id"], {"active": True, **one}) for one in given.get(name, ()))
        self.policies += given.get("sla_policies", ())
        self.plan |= given.get("plan", {})
        self.tokens |= given.get("tokens", {})
        self.oauth = given.get("oauth", self.oauth)
        for ticket in given.get("tickets", ()):
            self._seed_ticket(ticket)

    def _seed_ticket(self, given: Mapping[str, Any]) -> None:
        ticket_id = self.create(given.get("submitter_id", given["requester_id"]), given, given.get("id"))
        for comment in given.get("comments", ()):
            self.update(comment.get("author_id", given["requester_id"]), ticket_id, {"comment": comment})
        dated = {name: given[name] for name in ("status", "created_at", "updated_at") if name in given}
        self.tickets[ticket_id].update(dated)
        if "created_at" in dated:
            self.comments[ticket_id][0]["created_at"] = dated["created_at"]

    def new_id(self) -> int:
        return next(self._ids)

    def ticket(self, ticket_id: int) -> Json:
        if ticket_id not in self.tickets:
            raise refusal.not_found()
        return self.tickets[ticket_id]

    def create(self, actor: int, fields: Mapping[str, Any], ticket_id: int | None = None) -> int:
        """Open a ticket and return its id."""
        with self.lock:
            wanted = self._resolved(fields)
            comment = fields.get("comment") or {"body": fields.get("description", "")}
            comment = {"body": comment} if isinstance(comment, str) else comment
            followed = self._followed(wanted.pop("via_followup_source_id", None))
            wanted = {**({"tags": followed["tags"]} if followed else {}), **wanted}
            requester = wanted.pop("requester_id", actor)
            ticket_id = ticket_id or max(self.tickets, default=0) + 1
            ticket = self._new(ticket_id, actor, requester, fields)
            self._check(ticket, wanted)
            if followed:
                about = {"ticket_id": followed["id"], "subject": followed["subject"]}
                ticket["via"] = {**ticket["via"], "source": {"from": about, "to": {}, "rel": "follow_up"}}
            ticket["description"] = text.plain(text.as_html(comment))
            ticket["is_public"] = bool(comment.get("public", True))
            ticket["status"] = wanted.get("status", "new")
            blank = copy.deepcopy(ticket)
            self.tickets[ticket_id] = ticket
            self.comments[ticket_id], self.audits[ticket_id] = [], []
            self._set(ticket, wanted)
            said = self._comment(ticket, actor, {"public": True, **comment})
            events = [{**e, "type": "Create"} for e in changes.audited(blank, ticket) if e["field_name"] != "status"]
            events.append({"type": "Create", "field_name": "status", "value": ticket["status"]})
            self._audit(ticket, actor, fields.get("metadata"), [*events, said])
            self._tell(ticket, actor, [("created", {})])
            return ticket_id

    def _followed(self, given: object) -> Json | None:
        """Return the closed ticket that a new one follows up; naming another one has no effect."""
        found = self.tickets.get(int(str(given))) if given else None
        return found if found and found["status"] == "closed" else None

    def _new(self, ticket_id: int, actor: int, requester: int, fields: Mapping[str, Any]) -> Json:
        now, nobody = self.now(), dict.fromkeys(FIELDS)
        subject = fields.get("subject") or ""
        lists = ("collaborator_ids", "follower_ids", "email_cc_ids", "tags", "custom_fields", "fields")
        return {
            **nobody,
            **{name: [] for name in lists},
            "id": ticket_id,
            "url": f"https://sandbox.invalid/api/v2/tickets/{ticket_id}.json",
            "via": {"channel": fields.get("via", "web")},
            "created_at": now,
            "updated_at": now,
            "generated_timestamp": int(self.clock().timestamp()),
            "subject": subject,
            "raw_subject": subject,
            "status": "new",
            "recipient": None,
            "requester_id": requester,
            "submitter_id": actor,
            "organization_id": self.users.get(requester, {}).get("organization_id"),
            "has_incidents": False,
            "satisfaction_rating": None,
            "brand_id": 1,
            "allow_channelback": False,
            "from_messaging_channel": False,
        }

    def update(self, actor: int, ticket_id: int, fields: Mapping[str, Any]) -> Json:
        """Change a ticket and return the audit."""
        with self.lock:
            ticket = self.ticket(ticket_id)
            if ticket["status"] == "closed":
                raise refusal.invalid("status", "Status: closed prevents ticket update")
            if fields.get("safe_update") and not _same(fields.get("updated_stamp"), ticket["updated_at"]):
                raise refusal.conflict()
            wanted = self._resolved(fields)
            self._check(ticket, wanted)
            before = copy.deepcopy(ticket)
            self._set(ticket, wanted)
            comment = fields.get("comment") or {}
            said = self._comment(ticket, actor, comment) if text.as_html(comment) else None
            told, events = changes.told(before, ticket), changes.audited(before, ticket)
            if said:
                told.append(("comment_added", {"comment": self._heard(said)}))
                events.append(said)
            if events or fields.get("metadata"):
                ticket["updated_at"] = self.now()
                ticket["generated_timestamp"] = int(self.clock().timestamp())
            audit = self._audit(ticket, actor, fields.get("metadata"), events)
            self._tell(ticket, actor, told)
            return audit

    def delete(self, actor: int, ticket_id: int) -> None:
        """Take a ticket away, as agents do."""
        with self.lock:
            ticket = self.ticket(ticket_id)
            ticket["updated_at"], ticket["generated_timestamp"] = self.now(), int(self.clock().timestamp())
            self._tell(ticket, actor, [("soft_deleted", {})])
            del self.tickets[ticket_id]

    def _resolved(self, fields: Mapping[str, Any]) -> Json:
        """Return the fields with people by their ids, and without what is not known."""
        wanted = {k: v for k, v in fields.items() if k in changes.WRITABLE}
        if "assignee_email" in wanted:
            wanted["assignee_id"] = self._person({"user_email": wanted["assignee_email"]})
        for name in ("followers", "email_ccs"):
            wanted[name] = [(self._person(p), p.get("action", "put")) for p in wanted.get(name) or ()]
        wanted["custom_fields"] = [*(wanted.get("custom_fields") or ()), *(wanted.get("fields") or ())]
        return wanted

    def _person(self, given: Mapping[str, Any]) -> int:
        if given.get("user_id"):
            found = int(given["user_id"]) if int(given["user_id"]) in self.users else None
        else:
            found = next((i for i, u in self.users.items() if u.get("email") == given.get("user_email")), None)
        if found is None:
            raise refusal.invalid("base", "User: is invalid")
        return found

    def _check(self, ticket: Json, wanted: Mapping[str, Any]) -> None:
        assignee, group = wanted.get("assignee_id"), wanted.get("group_id")
        if assignee is not None and self.users.get(assignee, {}).get("role") not in STAFF:
            raise refusal.invalid("assignee_id", "Assignee: is not an agent")
        if group is not None and group not in self.groups:
            raise refusal.invalid("group_id", "Group: is invalid")
        if assignee is not None and group is not None and not self._belongs(assignee, group):
            raise refusal.invalid("assignee_id", f"Assignee: {self.users[assignee]['name']} is not in the group")
        if wanted.get("priority") not in (None, *_PRIORITIES):
            raise refusal.invalid("priority", "Priority: is not properly formatted")
        if wanted.get("status", ticket["status"]) not in _STATUSES:
            raise refusal.invalid("status", "Status: is not properly formatted")
        held = changes.custom(ticket) | {f["id"]: f.get("value") for f in wanted["custom_fields"]}
        for field in self.fields.values() if wanted.get("status") == "solved" else ():
            if field.get("required") and not held.get(field["id"]):
                raise refusal.required(field)
        if any(self.users[person].get("role") not in STAFF for person, _ in wanted["followers"]):
            raise refusal.invalid("followers", "Followers: must be agents")
        comment = wanted.get("comment")
        author = comment.get("author_id") if isinstance(comment, dict) else None
        if author is not None and author not in self.users:
            raise refusal.invalid("base", "Author: is invalid")

    def _belongs(self, person: int, group: int | None) -> bool:
        return person in self.groups.get(group or 0, {}).get("members", ())

    def _set(self, ticket: Json, wanted: Mapping[str, Any]) -> None:
        ticket.update({name: wanted[name] for name in FIELDS if name in wanted})
        ticket["raw_subject"] = ticket["subject"]
        self._match_group(ticket, wanted)
        if ticket["assignee_id"] and ticket["status"] == "new":
            ticket["status"] = "open"
        if wanted.get("tags") is not None:
            ticket["tags"] = sorted({word for tag in wanted["tags"] for word in tag.lower().split()})
        known = changes.custom(ticket) | {f["id"]: f.get("value") for f in wanted["custom_fields"]}
        ticket["custom_fields"] = [{"id": k, "value": v} for k, v in sorted(known.items())]
        ticket["fields"] = ticket["custom_fields"]
        for name, ids in (("followers", "follower_ids"), ("email_ccs", "email_cc_ids")):
            for person, action in wanted[name]:
                rest = [p for p in ticket[ids] if p != person]
                ticket[ids] = [*rest, person] if action == "put" else rest

    def _match_group(self, ticket: Json, wanted: Mapping[str, Any]) -> None:
        """Keep assignee and group together when only one of them was sent."""
        person, group = ticket["assignee_id"], ticket["group_id"]
        if person is None or group is None or self._belongs(person, group):
            return
        if "assignee_id" in wanted:
            ticket["group_id"] = next((g for g in self.groups if self._belongs(person, g)), None)
        elif "group_id" in wanted:
            ticket["assignee_id"] = None

    def _comment(self, ticket: Json, actor: int, given: Mapping[str, Any]) -> Json:
        """Add a comment and return the event an audit has for it."""
        author = self.users.get(given.get("author_id") or actor, {})
        staff = author.get("role") in STAFF
        shown = text.as_html(given)
        if staff:
            shown = text.expanded(shown, ticket, self.users.get(ticket["requester_id"], {}))
        comment = {
            "id": next(self._ids),
            "type": "Comment",
            "author_id": author.get("id", actor),
            "body": text.plain(shown),
            "html_body": shown,
            "plain_body": text.plain(shown),
            "public": bool(given.get("public", ticket["is_public"])),
            "created_at": self.now(),
            "attachments": [dict(one) for one in given.get("attachments", ())],
            "via": {"channel": "api"},
        }
        first = not self.comments[ticket["id"]]
        self.comments[ticket["id"]].append(comment)
        moves = ("new",) if staff else ("pending", "hold", "solved")
        if comment["public"] and not first and ticket["status"] in moves:
            ticket["status"] = "open"
        return {k: v for k, v in comment.items() if k != "created_at"}

    def _heard(self, said: Json) -> Json:
        author = self.users.get(said["author_id"], {})
        who = {"id": str(said["author_id"]), "is_staff": author.get("role") in STAFF, "name": author.get("name", "")}
        return {"id": str(said["id"]), "body": said["body"], "is_public": said["public"], "author": who}

    def _audit(self, ticket: Json, actor: int, metadata: Any, events: list[Json]) -> Json:
        audit = {
            "id": next(self._ids),
            "ticket_id": ticket["id"],
            "created_at": self.now(),
            "author_id": actor,
            "metadata": {"system": {"client": "sandbox"}, "custom": dict(metadata or {})},
            "events": [{"id": next(self._ids), **event} for event in events],
            "via": {"channel": "api"},
        }
        self.audits[ticket["id"]].append(audit)
        return audit

    def _tell(self, ticket: Json, actor: int, told: Told) -> None:
        told = [*told, *self._measure(ticket)]
        for listener in self.listeners:
            listener(ticket["id"], actor, told)

    def _measure(self, ticket: Json) -> Told:
        """Choose the ticket's SLA policy anew, and return what changed of its targets."""
        key, policy = ticket["id"], sla.policy_for(ticket, self.policies)
        before, self.applied[key] = self.applied.get(key), policy
        moved: Told = []
        if (before or {}).get("id") != (policy or {}).get("id"):
            sides = {side: str(one["id"]) if one else None for side, one in (("current", policy), ("previous", before))}
            moved.append(("sla_policy_changed", sides))
        if policy:
            events = self.metric_events.setdefault(key, [])
            events += sla.applied(policy, ticket, self.now(), self._ids, events)
        breach = min((m["breach_at"] for m in self.slas(ticket)["policy_metrics"] if m["breach_at"]), default=None)
        if breach != self.breaches.get(key):
            moved.append(("next_sla_breach_changed", {"current": breach, "previous": self.breaches.get(key)}))
        self.breaches[key] = breach
        return moved

    def slas(self, ticket: Json) -> Json:
        """Return the ticket's targets, as reads bring them."""
        staff = {i: user.get("role") in STAFF for i, user in self.users.items()}
        return sla.side_load(self.applied.get(ticket["id"]), ticket, self.comments[ticket["id"]], staff)


def _same(given: object, stamp: str) -> bool:
    try:
        return datetime.fromisoformat(str(given)) == datetime.fromisoformat(stamp)
    except (ValueError, TypeError):
        return False
