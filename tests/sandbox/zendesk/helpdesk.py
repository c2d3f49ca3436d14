"""The helpdesk's state, and what a change to a ticket does to it.

Rule 1: one change is one audit, whoever makes it, and tells its listeners what happened.
Rule 2: `updated_at` has the grain of a second, so two changes in one second share a stamp, as on the real one.
Rule 3: keys that are not known are dropped without a word, as on the real one.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.sandbox.zendesk import refusal

Json = dict[str, Any]
#: type, event and the ticket's detail come together in a listener.
Listener = Callable[[int, int, list[tuple[str, Json]]], None]
STAFF = ("agent", "admin")
_PLAIN = ("subject", "type", "requester_id", "organization_id", "external_id", "brand_id", "ticket_form_id", "due_at")
_EVENTS = {
    "status": "status_changed",
    "priority": "priority_changed",
    "assignee_id": "agent_assignment_changed",
    "group_id": "group_assignment_changed",
    "subject": "subject_changed",
    "type": "type_changed",
    "requester_id": "requester_changed",
    "organization_id": "organization_changed",
}
_LIQUID = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Helpdesk:
    """Users, tickets, comments, audits."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.users: dict[int, Json] = {}
        self.groups: dict[int, Json] = {}
        self.organizations: dict[int, Json] = {}
        self.policies: list[Json] = []
        self.tickets: dict[int, Json] = {}
        self.comments: dict[int, list[Json]] = {}
        self.audits: dict[int, list[Json]] = {}
        self.tokens: dict[str, int] = {}
        self.oauth: Json = {}
        self.listeners: list[Listener] = []
        self._ids = count(10_000)
        self._ticket_ids = count(1)

    def seed(self, given: Mapping[str, Any]) -> None:
        for user in given.get("users", ()):
            self.users[user["id"]] = {"tags": [], "locale": "en-US", "user_fields": {}, "organization_id": None, **user}
        for group in given.get("groups", ()):
            self.groups[group["id"]] = dict(group)
        for organization in given.get("organizations", ()):
            self.organizations[organization["id"]] = {"tags": [], "organization_fields": {}, **organization}
        self.policies += given.get("sla_policies", ())
        self.tokens |= given.get("tokens", {})
        self.oauth = given.get("oauth", self.oauth)
        for ticket in given.get("tickets", ()):
            self.create(ticket.get("submitter_id", ticket["requester_id"]), ticket)

    def ticket(self, ticket_id: int) -> Json:
        if ticket_id not in self.tickets:
            raise refusal.not_found()
        return self.tickets[ticket_id]

    def create(self, actor: int, fields: Mapping[str, Any]) -> int:
        with self.lock:
            ticket_id = next(self._ticket_ids)
            requester = fields.get("requester_id", actor)
            comment = fields.get("comment") or {"body": fields.get("description", "")}
            comment = {"body": comment} if isinstance(comment, str) else comment
            text = comment.get("body") or _text(comment.get("html_body", ""))
            self.tickets[ticket_id] = self._new(ticket_id, actor, requester, text, fields)
            self.comments[ticket_id], self.audits[ticket_id] = [], []
            self._set(ticket_id, {k: v for k, v in fields.items() if k not in ("comment", "status", "requester_id")})
            self._comment(ticket_id, actor, {"public": True, **comment})
            self._audit(
                ticket_id, actor, fields.get("metadata"), [{"type": "Create", "field_name": "status", "value": "new"}]
            )
            self._tell(ticket_id, actor, [("created", {})])
            return ticket_id

    def _new(self, ticket_id: int, actor: int, requester: int, text: str, fields: Mapping[str, Any]) -> Json:
        now = stamp(self.clock())
        return {
            "id": ticket_id,
            "url": f"/api/v2/tickets/{ticket_id}.json",
            "external_id": None,
            "via": {"channel": fields.get("via", "web")},
            "created_at": now,
            "updated_at": now,
            "type": None,
            "subject": fields.get("subject", ""),
            "raw_subject": fields.get("subject", ""),
            "description": text,
            "priority": None,
            "status": fields.get("status", "new"),
            "custom_status_id": None,
            "recipient": None,
            "requester_id": requester,
            "submitter_id": actor,
            "assignee_id": None,
            "organization_id": self.users.get(requester, {}).get("organization_id"),
            "group_id": None,
            "collaborator_ids": [],
            "follower_ids": [],
            "email_cc_ids": [],
            "problem_id": None,
            "has_incidents": False,
            "is_public": True,
            "due_at": None,
            "tags": [],
            "custom_fields": [],
            "satisfaction_rating": None,
            "ticket_form_id": None,
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
            if fields.get("safe_update") and fields.get("updated_stamp") != ticket["updated_at"]:
                raise refusal.conflict()
            self._check(fields)
            before = {**ticket, "tags": list(ticket["tags"]), "custom_fields": self._custom(ticket)}
            self._set(ticket_id, fields)
            told = self._differences(before, ticket)
            if fields.get("comment"):
                told.append(("comment_added", {"comment": self._comment(ticket_id, actor, fields["comment"])}))
            ticket["updated_at"] = stamp(self.clock())
            events = [
                {"type": "Change", "field_name": name, **event} for name, event in told if name != "comment_added"
            ]
            audit = self._audit(ticket_id, actor, fields.get("metadata"), events)
            self._tell(ticket_id, actor, told)
            return audit

    def _check(self, fields: Mapping[str, Any]) -> None:
        assignee, group = fields.get("assignee_id"), fields.get("group_id")
        if assignee is not None and self.users.get(assignee, {}).get("role") not in STAFF:
            raise refusal.invalid("assignee_id", "Assignee: is not an agent")
        if group is not None and group not in self.groups:
            raise refusal.invalid("group_id", "Group: is invalid")
        if assignee is not None and group is not None and assignee not in self.groups[group].get("members", ()):
            raise refusal.invalid("assignee_id", f"Assignee: {self.users[assignee]['name']} is not in the group")
        if fields.get("priority") not in (None, "low", "normal", "high", "urgent"):
            raise refusal.invalid("priority", "Priority: is not properly formatted")

    def _set(self, ticket_id: int, fields: Mapping[str, Any]) -> None:
        ticket = self.tickets[ticket_id]
        for name in (*_PLAIN, "status", "priority", "assignee_id", "group_id"):
            if name in fields:
                ticket[name] = fields[name]
        if fields.get("assignee_id") and ticket["status"] == "new":
            ticket["status"] = "open"
        if "tags" in fields:
            ticket["tags"] = sorted({word for tag in fields["tags"] for word in tag.lower().split()})
        known = self._custom(ticket) | {f["id"]: f["value"] for f in fields.get("custom_fields", ())}
        ticket["custom_fields"] = [{"id": k, "value": v} for k, v in sorted(known.items())]
        for follower in fields.get("followers", ()):
            person = int(follower["user_id"])
            rest = [p for p in ticket["follower_ids"] if p != person]
            ticket["follower_ids"] = rest + ([person] if follower.get("action", "put") == "put" else [])

    def _custom(self, ticket: Json) -> dict[int, Any]:
        return {f["id"]: f["value"] for f in ticket["custom_fields"]}

    def _differences(self, before: Json, after: Json) -> list[tuple[str, Json]]:
        told = [
            (event, {"current": _shout(name, after[name]), "previous": _shout(name, before[name])})
            for name, event in _EVENTS.items()
            if before[name] != after[name]
        ]
        added, removed = set(after["tags"]) - set(before["tags"]), set(before["tags"]) - set(after["tags"])
        if added or removed:
            told.append(("tags_changed", {"tags_added": sorted(added), "tags_removed": sorted(removed)}))
        if before["follower_ids"] != after["follower_ids"]:
            new = [str(p) for p in after["follower_ids"] if p not in before["follower_ids"]]
            told.append(("followers_changed", {"users_added": new, "users_removed": []}))
        now = self._custom(after)
        for field in now:
            if now[field] != before["custom_fields"].get(field):
                event = {"custom_field": {"id": str(field), "title": "Field", "type": "text"}}
                sides = {"current": {"value": now[field]}, "previous": {"value": before["custom_fields"].get(field)}}
                told.append(("custom_field_changed", event | sides))
        return told

    def _comment(self, ticket_id: int, actor: int, given: Mapping[str, Any]) -> Json:
        author = self.users.get(given.get("author_id", actor), {})
        staff = author.get("role") in STAFF
        body = given.get("html_body") or html.escape(given.get("body", ""))
        shown = self._expanded(ticket_id, body) if staff else body
        comment = {
            "id": next(self._ids),
            "type": "Comment",
            "author_id": author.get("id", actor),
            "body": _text(shown),
            "html_body": shown,
            "plain_body": _text(shown),
            "public": bool(given.get("public", True)),
            "created_at": stamp(self.clock()),
            "attachments": [],
            "via": {"channel": "api"},
        }
        self.comments[ticket_id].append(comment)
        if staff and comment["public"] and self.tickets[ticket_id]["status"] == "new":
            self.tickets[ticket_id]["status"] = "open"
        return {
            "id": str(comment["id"]),
            "body": comment["body"],
            "is_public": comment["public"],
            "author": {"id": str(comment["author_id"]), "is_staff": staff, "name": author.get("name", "")},
        }

    def _expanded(self, ticket_id: int, text: str) -> str:
        """Expand placeholders in an agent's comment."""
        ticket = self.tickets[ticket_id]
        requester = self.users.get(ticket["requester_id"], {})
        values = {
            "ticket.id": ticket_id,
            "ticket.title": ticket["subject"],
            "ticket.status": ticket["status"],
            "ticket.requester.name": requester.get("name"),
            "ticket.requester.email": requester.get("email"),
        }
        return _LIQUID.sub(lambda m: html.escape(str(values.get(m[1], ""))), text)

    def _audit(self, ticket_id: int, actor: int, metadata: Any, events: list[Json]) -> Json:
        audit = {
            "id": next(self._ids),
            "ticket_id": ticket_id,
            "created_at": stamp(self.clock()),
            "author_id": actor,
            "metadata": {"system": {"client": "sandbox"}, "custom": dict(metadata or {})},
            "events": [{"id": next(self._ids), **event} for event in events],
            "via": {"channel": "api"},
        }
        self.audits[ticket_id].append(audit)
        return audit

    def _tell(self, ticket_id: int, actor: int, told: list[tuple[str, Json]]) -> None:
        for listener in self.listeners:
            listener(ticket_id, actor, told)

    def slas(self, ticket: Json) -> Json:
        """Return the running targets: the first policy whose tags the ticket has, at the ticket's priority."""
        for policy in sorted(self.policies, key=lambda p: p["position"]):
            wanted = {c["value"] for c in policy["filter"]["all"] if c["field"] == "current_tags"}
            if wanted and wanted <= set(ticket["tags"]):
                metrics = [m for m in policy["policy_metrics"] if m["priority"] == ticket["priority"]]
                return {"policy_metrics": [self._metric(m) for m in metrics]}
        return {"policy_metrics": []}

    def _metric(self, metric: Json) -> Json:
        breach = self.clock() + timedelta(minutes=metric["target"])
        return {"metric": metric["metric"], "stage": "active", "breach_at": stamp(breach)}


def _text(body: str) -> str:
    lines = re.sub(r"</p>\s*<p>", "\n\n", body).replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^>]+>", "", lines))


def _shout(name: str, value: Any) -> Any:
    if value is None:
        return None
    return str(value).upper() if name in ("status", "priority", "type") else str(value)
