"""Issues, people and comments as each personality tells them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.sandbox.jira.site import (
    FIELDS,
    LANGUAGE,
    LINK_TYPES,
    ORGANIZATIONS,
    PRIORITIES,
    SLA,
    Json,
    Site,
    millis,
    stamp,
)

_CATEGORIES = {"new": 2, "indeterminate": 4, "done": 3}
_SELF = "https://sandbox.invalid/rest/api/2"


def person(site: Site, user: str | None) -> Json | None:
    """Return somebody: by account on Cloud, by name on Data Center."""
    if user is None:
        return None
    told = site.users[user]
    common = {"displayName": told["name"], "active": True, "timeZone": "Etc/UTC", "self": f"{_SELF}/user?x={user}"}
    if site.cloud:
        return {**common, "accountId": user, "accountType": "atlassian" if told.get("agent") else "customer"}
    return {**common, "name": user, "key": user, "emailAddress": told.get("email", f"{user}@example.test")}


def status(site: Site, number: str) -> Json:
    told = site.status(number)
    category = {"id": _CATEGORIES[told["category"]], "key": told["category"], "name": told["category"].title()}
    return {"self": f"{_SELF}/status/{number}", "id": number, "name": told["name"], "statusCategory": category}


def priority(number: str) -> Json:
    return {"self": f"{_SELF}/priority/{number}", "id": number, "name": dict(PRIORITIES)[number]}


def fields(site: Site, issue: Json) -> Json:
    project = site.projects[issue["project"]]
    custom = {name: issue["custom"].get(name) for name in FIELDS}
    desk = project["projectTypeKey"] == "service_desk"
    told = {
        **custom,
        LANGUAGE: {"languageCode": custom[LANGUAGE], "displayName": "?"} if custom[LANGUAGE] else None,
        ORGANIZATIONS: organizations(site, issue),
        SLA: sla(site, issue) if desk else None,
    }
    return {
        "summary": issue["summary"],
        "description": issue["description"],
        "labels": list(issue["labels"]),
        "status": status(site, issue["status"]),
        "priority": priority(issue["priority"]),
        "issuetype": {"id": "10001", "name": issue["type"] or ("Service Request" if desk else "Bug"), "subtask": False},
        "project": {**project, "self": f"{_SELF}/project/{project['id']}", "name": project["key"]},
        "assignee": person(site, issue["assignee"]),
        "reporter": person(site, issue["reporter"]),
        "creator": person(site, issue["creator"]),
        "created": stamp(issue["created"]),
        "updated": stamp(issue["updated"]),
        "duedate": None,
        "resolution": None,
        "issuelinks": links(site, issue["id"]),
        "watches": {"watchCount": len(site.watchers[issue["id"]]), "isWatching": False},
        **told,
    }


def links(site: Site, number: str) -> list[Json]:
    """Return the links of an issue, each with its other end."""
    found = []
    for place, (kind, source, target) in enumerate(site.links):
        if number in (source, target):
            end, other = ("outwardIssue", target) if number == source else ("inwardIssue", source)
            inward, outward = LINK_TYPES[kind]
            type_ = {"id": "10003", "name": kind, "inward": inward, "outward": outward}
            key = site.issues[other]["key"] if other in site.issues else "?"
            found.append({"id": str(30_001 + place), "type": type_, end: {"id": other, "key": key}})
    return found


def organizations(site: Site, issue: Json) -> list[Json]:
    number = site.users[issue["reporter"]].get("organization")
    return [{"id": str(number), "name": site.organizations[str(number)]["name"], "_links": {}}] if number else []


def document(site: Site, issue: Json, *, expand: Iterable[str] = (), properties: Iterable[str] = ()) -> Json:
    """Return an issue whole, with what is expanded."""
    told: Json = {
        "id": issue["id"],
        "key": issue["key"],
        "self": f"{_SELF}/issue/{issue['id']}",
        "fields": fields(site, issue),
    }
    if "schema" in expand:
        told["schema"] = {
            name: {"type": kind, "custom": custom, "customId": int(name.removeprefix("customfield_"))}
            for name, (_, kind, custom) in FIELDS.items()
        }
    if "changelog" in expand:
        told["changelog"] = histories(site, issue)
    held = site.properties[issue["id"]]
    wanted = set(properties)
    if wanted:
        told["properties"] = {name: value for name, value in held.items() if name in wanted}
    return told


def histories(site: Site, issue: Json) -> Json:
    told = [history(site, one) for one in site.histories[issue["id"]]]
    return {"startAt": 0, "maxResults": len(told), "total": len(told), "histories": told}


def history(site: Site, one: Json) -> Json:
    return {
        "id": one["id"],
        "author": person(site, one["author"]),
        "created": stamp(one["created"]),
        "items": one["items"],
    }


def comment(site: Site, number: str, said: Json) -> Json:
    """Return a comment as the platform's own API tells it."""
    author = person(site, said["author"])
    told: Json = {
        "self": f"{_SELF}/issue/{number}/comment/{said['id']}",
        "id": said["id"],
        "author": author,
        "updateAuthor": author,
        "body": said["body"],
        "created": stamp(said["created"]),
        "updated": stamp(said["created"]),
    }
    return told | ({"jsdPublic": said["public"]} if site.cloud else {})


def desk_comment(site: Site, said: Json) -> Json:
    """Return a comment as service management tells it."""
    return {
        "id": said["id"],
        "body": said["body"],
        "public": said["public"],
        "author": {k: v for k, v in (person(site, said["author"]) or {}).items() if k not in ("self", "accountType")},
        "created": moment(said["created"]),
        "_links": {"self": f"{_SELF}/x"},
    }


def moment(at: datetime) -> Json:
    text = stamp(at)
    return {"iso8601": text, "jira": text, "friendly": "today", "epochMillis": millis(at)}


def sla(site: Site, issue: Json) -> Json:
    """Return the target that the first fitting goal gives; none where no goal fits."""
    goal = next((one for one in site.goals if _fits(one, issue)), None)
    told: Json = {"id": "58", "name": "Time to resolution", "completedCycles": [], "_links": {}}
    if goal is None:
        return told
    length = timedelta(minutes=goal["minutes"])
    due, now = issue["created"] + length, site.clock()
    cycle: Json = {
        "startTime": moment(issue["created"]),
        "breachTime": moment(due),
        "breached": now > due,
        "goalDuration": span(length),
        "elapsedTime": span(now - issue["created"]),
        "remainingTime": span(due - now),
    }
    if site.status(issue["status"])["category"] == "done":
        return {**told, "completedCycles": [{**cycle, "stopTime": moment(now)}]}
    waits = issue["status"] in ("10100", "10101")
    return {**told, "ongoingCycle": {**cycle, "paused": waits, "withinCalendarHours": True}}


def _fits(goal: Json, issue: Json) -> bool:
    label, wanted = goal.get("label"), goal.get("priority")
    return (label is None or label in issue["labels"]) and (wanted is None or wanted == issue["priority"])


def span(length: timedelta) -> Json:
    return {"millis": int(length.total_seconds() * 1000), "friendly": "?"}


def told(site: Site, number: str, actor: str, name: str, items: list[Json], said: Json | None) -> Json:
    """Return the body of a webhook."""
    issue, base = site.issues[number], {"timestamp": millis(site.clock()), "webhookEvent": name}
    if said is not None and name != "jira:issue_updated":
        body: Json = {**base, "comment": comment(site, number, said)}
        if site.cloud:
            whole = fields(site, issue)
            part = {key: whole[key] for key in ("summary", "issuetype", "project", "assignee", "priority", "status")}
            body["issue"] = {"id": number, "key": issue["key"], "self": f"{_SELF}/issue/{number}", "fields": part}
        return body
    kind = "issue_created" if name == "jira:issue_created" else "issue_generic" if said is None else "issue_commented"
    body = {**base, "issue_event_type_name": kind, "user": person(site, actor), "issue": document(site, issue)}
    body |= {"comment": comment(site, number, said)} if said is not None else {}
    return body | ({"changelog": {"id": "1", "items": items}} if items else {})
