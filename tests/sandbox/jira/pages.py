"""A plain page, so that a person can watch."""

from __future__ import annotations

from html import escape

from flask import Blueprint

from tests.sandbox.jira.site import PRIORITIES, Site, stamp

_HEAD = "<!doctype html><meta charset=utf-8><title>Sandbox Jira</title><style>body{font:14px sans-serif;margin:2em}"
_STYLE = "pre{white-space:pre-wrap;margin:.3em 0 1em}.internal{background:#fff4d6;padding:.4em}</style>"


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def issues() -> str:
        rows = [
            f"<tr><td><a href='/browse/{one['key']}'>{one['key']}</a><td>{escape(one['summary'])}"
            f"<td>{escape(site.status(one['status'])['name'])}<td>{dict(PRIORITIES)[one['priority']]}"
            f"<td>{escape(_name(site, one['assignee']))}<td>{escape(' '.join(one['labels']))}"
            for one in site.issues.values()
        ]
        head = "<tr><th>Key<th>Summary<th>Status<th>Priority<th>Assignee<th>Labels"
        return f"{_HEAD}{_STYLE}<h1>Issues</h1><table cellpadding=6>{head}{''.join(rows)}</table>"

    @routes.get("/browse/<key>")
    def issue(key: str) -> str:
        one = site.issue(key)
        said = [
            f"<div class={'public' if c['public'] else 'internal'}><b>{escape(_name(site, c['author']))}</b>"
            f" {stamp(c['created'])} {'' if c['public'] else '(internal)'}<pre>{escape(c['body'])}</pre></div>"
            for c in site.comments[one["id"]]
        ]
        title = f"<h1>{one['key']} {escape(one['summary'])}</h1><pre>{escape(one['description'])}</pre>"
        return f"{_HEAD}{_STYLE}<p><a href='/'>All issues</a>{title}{''.join(said)}"

    return routes


def _name(site: Site, user: str | None) -> str:
    return site.users[user]["name"] if user else "nobody"
