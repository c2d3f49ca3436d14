"""Zendesk's API of triggers, their categories, macros and views: made, changed, taken down, by admins alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.sandbox.zendesk import refusal, triggers
from tests.sandbox.zendesk.administration import admins_only
from tests.sandbox.zendesk.deliveries import Post
from tests.sandbox.zendesk.door import member
from tests.sandbox.zendesk.helpdesk import Helpdesk, Json
from tests.sandbox.zendesk.paging import page_of

#: By list: the key of one, what making one is answered with, the key of its name, and how it is changed.
_LISTS = {
    "triggers": ("trigger", 201, "title", "PUT"),
    "trigger_categories": ("trigger_category", 200, "name", "PATCH"),
    "macros": ("macro", 200, "title", "PUT"),
    "views": ("view", 200, "title", "PUT"),
}
#: What agents may only look at; the others are for admins alone.
_OPEN = ("macros", "views")
_ACTIONS = ("current_tags", "comment_value", "comment_mode_is_public", "status", "priority")
_COLUMNS = ("status", "nice_id", "subject", "requester", "assignee", "group", "priority", "updated", "created")


def add_business_rules(routes: Blueprint, post: Post) -> None:
    for name in _LISTS:
        _add(routes, post, name)


def _add(routes: Blueprint, post: Post, name: str) -> None:
    desk, (one, made, title, changes) = post.helpdesk, _LISTS[name]
    kept = desk.business_rules[name]

    def listing() -> Any:
        if name not in _OPEN:
            admins_only(desk)
        return jsonify(page_of(name, [shown(rule) for rule in kept.values()]))

    def create() -> Any:
        admins_only(desk)
        rule = _read(post, name, title, member(one))
        rule["id"] = str(desk.new_id()) if name == "trigger_categories" else desk.new_id()
        kept[int(rule["id"])] = rule
        return jsonify({one: {key: told for key, told in shown(rule).items() if key != "execution"}}), made

    def single(rule_id: int) -> Any:
        admins_only(desk)
        if rule_id not in kept:
            raise refusal.not_found()
        if request.method == "DELETE":
            _check_unused(desk, name, rule_id)
            del kept[rule_id]
            return Response(status=204)
        if request.method != "GET":
            kept[rule_id] |= _read(post, name, title, {title: kept[rule_id][title], **member(one)})
        return jsonify({one: shown(kept[rule_id])})

    for function, path, methods in (
        (listing, "", ["GET"]),
        (create, "", ["POST"]),
        (single, "/<int:rule_id>", ["GET", changes, "DELETE"]),
    ):
        function.__name__ = f"{function.__name__}_{name}"
        routes.route(f"/api/v2/{name}{path}", methods=methods)(function)


def shown(rule: Json) -> Json:
    """Return a rule as reads bring it: of a view the output is its execution, which making one does not tell."""
    return {key: value for key, value in rule.items() if key not in ("all", "any", "output")}


def _read(post: Post, name: str, title: str, given: Json) -> Json:
    """Return what a body makes of a rule, or refuse it."""
    if not given.get(title):
        raise refusal.invalid(title, "Title: cannot be blank")
    known: dict[str, Callable[[Post, Json], Json]] = {"triggers": _trigger, "macros": _macro, "views": _view}
    whole = {"active": True, "position": 1, **given} if name != "trigger_categories" else {"position": 1, **given}
    return known[name](post, whole) if name in known else whole


def _trigger(post: Post, given: Json) -> Json:
    conditions = given.get("conditions") or {}
    every, some = conditions.get("all") or [], conditions.get("any") or []
    if not every and not some:
        raise refusal.invalid("base", "Conditions: there must be one")
    try:
        for condition in (*every, *some):
            triggers.meets(condition, {"status": "open"}, "0")
    except (KeyError, ValueError) as problem:
        raise refusal.invalid("base", "Conditions: not known") from problem
    if str(given.get("category_id")) not in map(str, post.helpdesk.business_rules["trigger_categories"]):
        raise refusal.invalid("category_id", "Category: does not exist")
    webhooks = {webhook.id for webhook in post.webhooks if webhook.triggered}
    for action in given.get("actions") or [{}]:
        if action.get("field") != triggers.NOTIFIES or action["value"][0] not in webhooks:
            raise refusal.invalid("actions", "Actions: no webhook for triggers has this id")
    return {**given, "conditions": {"all": every, "any": some}}


def _macro(_: Post, given: Json) -> Json:
    if not given.get("actions") or any(action.get("field") not in _ACTIONS for action in given["actions"]):
        raise refusal.invalid("actions", "Actions: not known")
    return {"restriction": None, **given}


def _view(_: Post, given: Json) -> Json:
    output = given.get("output") or {}
    if not given.get("all") or any(column not in _COLUMNS for column in output.get("columns", ())):
        raise refusal.invalid("base", "Conditions and columns: not known")
    columns = [{"id": column, "title": column.capitalize()} for column in output.get("columns", ())]
    conditions = {"all": given["all"], "any": given.get("any") or []}
    return {**given, "conditions": conditions, "execution": {**output, "columns": columns}, "restriction": None}


def _check_unused(desk: Helpdesk, name: str, rule_id: int) -> None:
    used = {str(one["category_id"]) for one in desk.business_rules["triggers"].values()}
    if name == "trigger_categories" and str(rule_id) in used:
        raise refusal.invalid("base", "Category: has triggers")
