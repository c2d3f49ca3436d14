"""The site's state and what people do on it; every change is an entry of the changelog, and told to listeners."""

from __future__ import annotations

import copy
import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
#: Told: the issue, who did it, what Jira calls it, the changelog's items, and the comment.
Listener = Callable[["Site", str, str, str, list[Json], Json | None], None]

STATUSES: tuple[Json, ...] = (
    {"id": "1", "name": "Waiting for support", "category": "new"},
    {"id": "3", "name": "In progress", "category": "indeterminate"},
    {"id": "10100", "name": "Waiting for customer", "category": "indeterminate"},
    {"id": "10101", "name": "Pending", "category": "indeterminate"},
    {"id": "5", "name": "Resolved", "category": "done"},
)
PRIORITIES = (("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest"))
LINK_TYPES = {"Relates": ("relates to", "relates to"), "Escalation": ("is escalated from", "is escalated to")}
REASON, SLA, ORGANIZATIONS, LANGUAGE = (
    "customfield_10071",
    "customfield_10030",
    "customfield_10002",
    "customfield_10040",
)
#: Custom fields by id: name, type, and what kind it is.
FIELDS: Mapping[str, tuple[str, str, str]] = {
    REASON: ("Reason", "string", "com.atlassian.jira.plugin.system.customfieldtypes:textfield"),
    SLA: ("Time to resolution", "sd-servicelevelagreement", "com.atlassian.servicedesk:sd-sla-field"),
    ORGANIZATIONS: ("Organizations", "array", "com.atlassian.servicedesk:sd-customer-organizations"),
    LANGUAGE: ("Request language", "sd-request-lang", "com.atlassian.servicedesk:sd-request-language"),
}
PERMISSIONS = (
    *("BROWSE_PROJECTS", "ADD_COMMENTS", "EDIT_ISSUES", "ASSIGN_ISSUES", "TRANSITION_ISSUES", "MANAGE_WATCHERS"),
    *("ADMINISTER", "CREATE_ISSUES", "LINK_ISSUES"),
)


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str = "", **errors: str) -> None:
        super().__init__(status)
        self.status = status
        self.body: Json = {"errorMessages": [message] if message else [], "errors": errors}
        self.headers: dict[str, str] = {}


class Site:
    """One Jira."""

    def __init__(self, clock: Callable[[], datetime], *, cloud: bool) -> None:
        self.clock = clock
        self.cloud = cloud
        self.major = 1001 if cloud else 9  #: Of the version.
        self.lock = threading.RLock()
        self.users: dict[str, Json] = {}
        self.projects: dict[str, Json] = {"SD": {"id": "10000", "key": "SD", "projectTypeKey": "service_desk"}}
        self.issues: dict[str, Json] = {}
        self.comments: dict[str, list[Json]] = {}
        self.histories: dict[str, list[Json]] = {}
        self.properties: dict[str, Json] = {}
        self.remote_links: dict[str, dict[str, Json]] = {}  #: By issue and `globalId`.
        self.links: list[tuple[str, str, str]] = []  #: Type, and the issues it leads from and to.
        self.index_lag = timedelta()  #: How long a search does not know what changed.
        self.comment_properties: dict[str, Json] = {}
        self.watchers: dict[str, list[str]] = {}
        self.tokens: dict[str, str] = {}
        self.denied: set[str] = set()  #: Permissions that our user lacks.
        self.goals: list[Json] = []  #: Of the SLA, the first that fits counts: `label`, `priority`, `minutes`.
        self.organizations: dict[str, Json] = {}
        self.required: dict[str, list[str]] = {}  #: By status: fields that its transition wants.
        self.listeners: list[Listener] = []
        self._issues = itertools.count(10_001)
        self._numbers = itertools.count(20_001)
        self._keys = itertools.count(1)

    def seed(self, given: Mapping[str, Any]) -> None:
        """Take people, projects and whatever else in."""
        with self.lock:
            for user in given.get("users", ()):
                self.users[user["id"]] = dict(user)
            for project in given.get("projects", ()):
                self.projects[project["key"]] = dict(project)
            self.organizations |= {str(one["id"]): dict(one) for one in given.get("organizations", ())}
            self.goals += list(given.get("goals", ()))
            self.tokens |= dict(given.get("tokens", {}))

    def create(self, actor: str, given: Mapping[str, Any]) -> str:
        """Open an issue and return its id."""
        with self.lock:
            number, project = str(next(self._issues)), given.get("project", "SD")
            now = self.clock()
            issue: Json = {
                "id": number,
                "key": f"{project}-{next(self._keys)}",
                "project": project,
                "type": given.get("type"),
                "summary": given.get("summary", ""),
                "description": given.get("description", ""),
                "labels": sorted(given.get("labels", ())),
                "priority": str(given.get("priority", "3")),
                "status": "1",
                "assignee": None,
                "reporter": given.get("reporter", actor),
                "creator": actor,
                "created": now,
                "updated": now,
                "custom": {REASON: None, LANGUAGE: given.get("language"), **given.get("custom", {})},
            }
            self.issues[number] = issue
            self.comments[number], self.histories[number], self.watchers[number] = [], [], []
            self.properties[number], self.remote_links[number] = {}, {}
            self._tell(number, actor, "jira:issue_created", [], None)
            return number

    def issue(self, name: str) -> Json:
        """Return an issue by its id or key."""
        found = self.issues.get(name) or next((one for one in self.issues.values() if one["key"] == name), None)
        if found is None:
            raise Refused(404, "Issue does not exist or you do not have permission to see it.")
        return found

    def edit(self, actor: str, number: str, wanted: Mapping[str, Any], *, properties: Iterable[Json] = ()) -> None:
        """Change fields of an issue: all of them, or none."""
        with self.lock:
            issue = self.issue(number)
            before = copy.deepcopy(issue)
            for name, value in wanted.items():
                if name.startswith("customfield_"):
                    issue["custom"][name] = value
                else:
                    issue[name] = value
            items = [*_items(self, before, issue)]
            for one in properties:
                self.properties[number][one["key"]] = one["value"]
            if items:
                self._note(number, actor, items)
                self._tell(number, actor, "jira:issue_updated", items, None)

    def comment(
        self, actor: str, number: str, text: str, *, public: bool = True, properties: Mapping[str, Any] | None = None
    ) -> Json:
        """Write on an issue."""
        with self.lock:
            issue, made = self.issue(number), str(next(self._numbers))
            said: Json = {"id": made, "author": actor, "body": text, "public": public, "created": self.clock()}
            self.comments[issue["id"]].append(said)
            self.comment_properties[made] = dict(properties or {})
            issue["updated"] = self.clock()
            if not self.cloud:  # it tells of one comment twice, in two shapes
                self._tell(issue["id"], actor, "jira:issue_updated", [], said)
            self._tell(issue["id"], actor, "comment_created", [], said)
            return said

    def link(self, kind: str, source: str, target: str) -> None:
        """Link two issues; the same link is there once."""
        with self.lock:
            if (made := (kind, source, target)) not in self.links:
                self.links.append(made)

    def delete(self, actor: str, number: str) -> None:
        """Take an issue away, and with it its comments and links: of those it is told as well."""
        with self.lock:
            for said in self.comments[number]:
                self._tell(number, actor, "comment_deleted", [], said)
            self.links = [one for one in self.links if number not in one[1:]]
            self._tell(number, actor, "jira:issue_deleted", [], None)
            del self.issues[number]

    def transition(self, actor: str, number: str, status: str) -> None:
        """Bring an issue to a status."""
        self.edit(actor, number, {"status": status})

    def status(self, number: str) -> Json:
        return next(one for one in STATUSES if one["id"] == number)

    def may(self, user: str, permission: str) -> bool:
        return bool(self.users.get(user, {}).get("agent")) and permission not in self.denied

    def _note(self, number: str, actor: str, items: list[Json]) -> None:
        self.issues[number]["updated"] = self.clock()
        made = str(next(self._numbers))
        self.histories[number].append({"id": made, "author": actor, "created": self.clock(), "items": items})

    def _tell(self, number: str, actor: str, name: str, items: list[Json], said: Json | None) -> None:
        for listener in self.listeners:
            listener(self, number, actor, name, items, said)


def _items(site: Site, before: Json, after: Json) -> Iterable[Json]:
    """Yield an item for each field that changed, as the personality writes it."""
    names = {
        "assignee": "assignee",
        "summary": "summary",
        "priority": "priority",
        "status": "status",
        "labels": "labels",
    }
    for ours, name in names.items():
        if before[ours] != after[ours]:
            yield _item(site, name, "jira", before[ours], after[ours])
    for name, value in after["custom"].items():
        if before["custom"].get(name) != value:
            yield _item(site, name, "custom", before["custom"].get(name), value)


def _item(site: Site, name: str, kind: str, was: Any, now: Any) -> Json:
    sides = [_side(site, name, value) for value in (was, now)]
    label = FIELDS[name][0] if kind == "custom" else name
    told: Json = {"field": label, "fieldtype": kind}
    for end, (number, text) in zip(("from", "to"), sides, strict=True):
        told |= {end: number, f"{end}String": text}
    if site.cloud:
        told["fieldId"] = name
        if name == "assignee":
            told |= {"tmpFromAccountId": was, "tmpToAccountId": now}
    return told


def _side(site: Site, name: str, value: Any) -> tuple[str | None, str | None]:
    if name == "labels":
        return None, " ".join(value)
    if name == "status":
        return value, site.status(value)["name"]
    if name == "priority":
        return value, dict(PRIORITIES).get(value)
    if name == "assignee":
        return value, site.users[value]["name"] if value else None
    return None, None if value is None else str(value)


def stamp(at: datetime) -> str:
    """Write a time as Jira does, in no zone of ours."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)
