"""Jira's API over the site's state: v2 of the platform, search of each personality, and service management."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from tests.sandbox.jira import showing
from tests.sandbox.jira.site import FIELDS, LINK_TYPES, PERMISSIONS, PRIORITIES, STATUSES, Json, Refused, Site

TYPES = ("Task", "Bug", "Story", "Service Request")
_WRITABLE = frozenset({"assignee", "priority", "labels", "summary", "description"})
_SINCE = re.compile(r"updated >= -(\d+)m")
_LABEL = re.compile(r'labels = "([^"]+)"')
_PROJECT = re.compile(r"project = ([A-Z]+)")


def add_platform(routes: Blueprint, site: Site) -> None:
    """Add the platform's own part."""

    def needs(permission: str) -> None:
        if not site.may(g.actor, permission):
            raise Refused(403, "You do not have the permission")

    @routes.get("/rest/api/2/serverInfo")
    def server() -> Any:
        kind = "Cloud" if site.cloud else "Server"
        numbers = [site.major, 0, 0]
        return jsonify(baseUrl=request.host_url, versionNumbers=numbers, deploymentType=kind, version="x")

    @routes.get("/rest/api/2/myself")
    def myself() -> Any:
        return jsonify(showing.person(site, g.actor))

    @routes.get("/rest/api/2/mypermissions")
    def permissions() -> Any:
        asked = [name for name in request.args.get("permissions", "").split(",") if name in PERMISSIONS]
        told = {
            n: {"id": "1", "key": n, "name": n, "type": "PROJECT", "havePermission": site.may(g.actor, n)}
            for n in asked
        }
        return jsonify(permissions=told)

    @routes.get("/rest/api/2/priority")
    def priorities() -> Any:
        return jsonify([showing.priority(number) for number, _ in PRIORITIES])

    @routes.get("/rest/api/2/status")
    def statuses() -> Any:
        return jsonify([showing.status(site, one["id"]) for one in STATUSES])

    @routes.get("/rest/api/2/field")
    def fields() -> Any:
        custom = [{"id": n, "name": name, "custom": True, "schema": {"type": t}} for n, (name, t, _) in FIELDS.items()]
        return jsonify([*custom, {"id": "labels", "name": "Labels", "custom": False, "schema": {"type": "array"}}])

    @routes.get("/rest/api/2/issue/<name>")
    def issue(name: str) -> Any:
        needs("BROWSE_PROJECTS")
        with site.lock:
            expand, wanted = (request.args.get(key, "").split(",") for key in ("expand", "properties"))
            return jsonify(showing.document(site, site.issue(name), expand=expand, properties=wanted))

    @routes.post("/rest/api/2/issue")
    def create() -> Any:
        needs("CREATE_ISSUES")
        given = dict(request.get_json().get("fields", {}))
        with site.lock:
            project, kind = (given.pop("project", None) or {}).get("key"), (given.pop("issuetype", None) or {})
            errors = {} if project in site.projects else {"project": "valid project is required"}
            errors |= {} if kind.get("name") in TYPES else {"issuetype": "The issue type selected is invalid."}
            errors |= {} if given.get("summary") else {"summary": "You must specify a summary of the issue."}
            if errors:
                raise Refused(400, **errors)
            labels = sorted(given.pop("labels", ()))
            wanted = _wanted(site, {"labels": labels}, {"fields": given})
            custom = {name: wanted.pop(name) for name in [*wanted] if name in FIELDS}
            made = {**wanted, "labels": labels, "custom": custom, "project": project, "type": kind["name"]}
            issue = site.issues[site.create(g.actor, made)]
            return jsonify({"id": issue["id"], "key": issue["key"], "self": f"{request.host_url}{issue['id']}"}), 201

    @routes.post("/rest/api/2/issue/<name>/remotelink")
    def link(name: str) -> Any:
        needs("LINK_ISSUES")
        body = request.get_json()
        with site.lock:
            held = site.remote_links[site.issue(name)["id"]]
            known = body.get("globalId") in held
            held[body.get("globalId") or str(len(held))] = body
            number = len(held)
            return jsonify({"id": number, "self": f"{request.host_url}{number}"}), 200 if known else 201

    @routes.post("/rest/api/2/issueLink")
    def link_issues() -> Any:
        needs("LINK_ISSUES")
        body = request.get_json()
        if body["type"].get("name") not in LINK_TYPES:
            raise Refused(404, f"No issue link type with name '{body['type'].get('name')}' found.")
        with site.lock:
            ends = [body[end].get("id") or body[end].get("key") for end in ("inwardIssue", "outwardIssue")]
            source, target = (site.issue(str(end))["id"] for end in ends)
            site.link(body["type"]["name"], source, target)
        return Response(status=201)

    @routes.put("/rest/api/2/issue/<name>")
    def edit(name: str) -> Any:
        needs("EDIT_ISSUES")
        body = request.get_json()
        with site.lock:
            issue = site.issue(name)
            wanted = _wanted(site, issue, body)
            if "assignee" in wanted:
                needs("ASSIGN_ISSUES")
            site.edit(g.actor, issue["id"], wanted, properties=body.get("properties", ()))
        return Response(status=204)

    @routes.get("/rest/api/2/issue/<name>/editmeta")
    def editmeta(name: str) -> Any:
        site.issue(name)
        told = {n: {"required": False, "name": name_, "schema": {"type": t}} for n, (name_, t, _) in FIELDS.items()}
        return jsonify(fields={n: {**one, "key": n, "operations": ["set"]} for n, one in told.items()})

    @routes.get("/rest/api/2/issue/<name>/transitions")
    def transitions(name: str) -> Any:
        with site.lock:
            here = site.issue(name)["status"]
            return jsonify(transitions=[_transition(site, one) for one in STATUSES if one["id"] != here])

    @routes.post("/rest/api/2/issue/<name>/transitions")
    def transition(name: str) -> Any:
        needs("TRANSITION_ISSUES")
        number = request.get_json()["transition"]["id"]
        if not isinstance(number, str) or number not in {f"9{one['id']}" for one in STATUSES}:
            raise Refused(400, "It is not on a transition that is available", transition="no such transition")
        status, given = number[1:], request.get_json().get("fields", {})
        lacks = [one for one in site.required.get(status, ()) if one not in given]
        if lacks:
            raise Refused(400, **dict.fromkeys(lacks, "is required"))
        site.transition(g.actor, site.issue(name)["id"], status)
        return Response(status=204)

    @routes.post("/rest/api/2/issue/<name>/watchers")
    def watch(name: str) -> Any:
        needs("MANAGE_WATCHERS")
        user = request.get_json()
        if not isinstance(user, str) or user not in site.users:
            raise Refused(404, "The user does not exist")
        with site.lock:
            held = site.watchers[site.issue(name)["id"]]
            held += [] if user in held else [user]
        return Response(status=204)


def add_comments(routes: Blueprint, site: Site) -> None:
    """Add what people write, as the platform and as service management see it."""

    @routes.get("/rest/api/2/issue/<name>/comment")
    def comments(name: str) -> Any:
        with site.lock:
            number = site.issue(name)["id"]
            found = list(site.comments[number])
            if request.args.get("orderBy", "").startswith("-"):
                found.reverse()
            start, size = int(request.args.get("startAt", 0)), int(request.args.get("maxResults", 50))
            page = [showing.comment(site, number, one) for one in found[start : start + size]]
            return jsonify(comments=page, startAt=start, maxResults=size, total=len(found))

    @routes.post("/rest/api/2/issue/<name>/comment")
    def say(name: str) -> Any:
        if not site.may(g.actor, "ADD_COMMENTS"):
            raise Refused(403, "You do not have the permission to comment")
        body = request.get_json()
        if not body.get("body"):
            raise Refused(400, comment="Comment body can not be empty!")
        if len(body["body"]) > 32_767:
            raise Refused(400, comment="The entered text is too long.")
        with site.lock:
            issue = site.issue(name)
            held = {one["key"]: one["value"] for one in body.get("properties", ())}
            desk = site.projects[issue["project"]]["projectTypeKey"] == "service_desk"
            internal = desk and held.get("sd.public.comment", {}).get("internal") is True
            said = site.comment(g.actor, issue["id"], body["body"], public=not internal, properties=held)
            return jsonify(showing.comment(site, issue["id"], said)), 201

    @routes.delete("/rest/api/2/issue/<name>/comment/<number>")
    def unsay(name: str, number: str) -> Any:
        with site.lock:
            held = site.comments[site.issue(name)["id"]]
            held[:] = [one for one in held if one["id"] != number]
        return Response(status=204)

    @routes.get("/rest/api/2/comment/<number>/properties/<key>")
    def marked(number: str, key: str) -> Any:
        held = site.comment_properties.get(number, {})
        if key not in held:
            raise Refused(404, "The property does not exist")
        return jsonify(key=key, value=held[key])

    @routes.get("/rest/servicedeskapi/request/<name>/comment")
    def requests_comments(name: str) -> Any:
        with site.lock:
            issue = site.issue(name)
            if site.projects[issue["project"]]["projectTypeKey"] != "service_desk":
                raise Refused(404, "The request does not exist")
            start, size = int(request.args.get("start", 0)), min(int(request.args.get("limit", 50)), 100)
            found = site.comments[issue["id"]]
            page = [showing.desk_comment(site, one) for one in found[start : start + size]]
            last = start + size >= len(found)
            return jsonify(
                size=len(page), start=start, limit=size, isLastPage=last, values=page, _expands=[], _links={}
            )

    @routes.get("/rest/servicedeskapi/request/<name>/sla")
    def slas(name: str) -> Any:
        with site.lock:
            told = showing.sla(site, site.issue(name))
            return jsonify(size=1, start=0, limit=50, isLastPage=True, values=[told], _expands=[], _links={})


def add_search(routes: Blueprint, site: Site) -> None:
    """Add search: Cloud's by tokens, Data Center's by numbers; Cloud's old one is gone."""

    def found(jql: str, lately: Iterable[int] = ()) -> list[Json]:
        minutes, project, label = _SINCE.search(jql), _PROJECT.search(jql), _LABEL.search(jql)
        since = site.clock() - timedelta(minutes=int(minutes[1])) if minutes else None
        fits = [
            one
            for one in site.issues.values()
            if (since is None or one["updated"] >= since)
            and (project is None or one["project"] == project[1])
            and (label is None or label[1] in one["labels"])
            and (one["updated"] <= site.clock() - site.index_lag or int(one["id"]) in lately)
        ]
        return sorted(fits, key=lambda one: (one["updated"], one["id"]))

    @routes.post("/rest/api/3/search/jql")
    def search() -> Any:
        if not site.cloud:
            raise Refused(404, "No such resource")
        body = request.get_json()
        if not (_SINCE.search(body.get("jql", "")) or _LABEL.search(body.get("jql", ""))):
            raise Refused(400, "Unbounded JQL queries are not allowed here")
        with site.lock:
            start, size = int(body.get("nextPageToken") or 0), int(body.get("maxResults", 50))
            everything = found(body["jql"], body.get("reconcileIssues", ()))
            page = [showing.document(site, one) for one in everything[start : start + size]]
            last = start + size >= len(everything)
            return jsonify(issues=page, isLast=last, **({} if last else {"nextPageToken": str(start + size)}))

    @routes.get("/rest/api/2/search")
    def old_search() -> Any:
        if site.cloud:
            raise Refused(410, "The requested API has been removed")
        with site.lock:
            start, size = int(request.args.get("startAt", 0)), int(request.args.get("maxResults", 50))
            everything = found(request.args.get("jql", ""))
            page = [showing.document(site, one) for one in everything[start : start + size]]
            return jsonify(issues=page, startAt=start, maxResults=size, total=len(everything))


def _transition(site: Site, to: Json) -> Json:
    wants = {n: {"required": True, "name": n, "hasDefaultValue": False} for n in site.required.get(to["id"], ())}
    return {"id": f"9{to['id']}", "name": f"To {to['name']}", "to": showing.status(site, to["id"]), "fields": wants}


def _wanted(site: Site, issue: Json, body: Json) -> Json:
    """Return the fields of an edit by our names, or refuse all of it."""
    given, update = body.get("fields", {}), body.get("update", {})
    errors: dict[str, str] = {}
    if both := given.keys() & update.keys():
        errors |= dict.fromkeys(both, "Field may be in fields or in update")
    wanted: Json = {}
    for name, value in given.items():
        if name in FIELDS:
            wanted[name] = value
        elif name not in _WRITABLE:
            errors[name] = "Field cannot be set. It is not on the appropriate screen, or unknown."
        elif name == "assignee":
            wanted |= _assignee(site, value, errors)
        elif name == "priority":
            number = str((value or {}).get("id"))
            if number not in dict(PRIORITIES):
                errors[name] = "The priority selected is invalid."
            wanted[name] = number
        else:
            wanted[name] = value
    if "labels" in update:
        labels = set(issue["labels"])
        for verb in update["labels"]:
            labels |= {verb["add"]} if "add" in verb else set()
            labels -= {verb["remove"]} if "remove" in verb else set()
        if any(" " in label for label in labels):
            errors["labels"] = "The label contains spaces which is invalid."
        wanted["labels"] = sorted(labels)
    if errors:
        raise Refused(400, **errors)
    return wanted


def _assignee(site: Site, value: Any, errors: dict[str, str]) -> Json:
    user = (value or {}).get("accountId" if site.cloud else "name")
    if user is not None and not site.users.get(user, {}).get("agent"):
        errors["assignee"] = f"User '{user}' cannot be assigned issues."
    return {"assignee": user}
