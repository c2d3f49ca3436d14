"""Plain pages, so that a person can watch."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template_string

from tests.sandbox.zendesk.helpdesk import Helpdesk

# ruff: noqa: E501  one line of style per line of page
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox helpdesk</title>
<meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width">
<style>
 body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1b2530; background: #f5f6f8 }
 h1 { font-size: 1.3rem } article { background: #fff; border: 1px solid #dde2e8; border-radius: 8px; margin: 1rem 0; padding: 1rem }
 h2 { font-size: 1.05rem; margin: 0 0 .4rem } .facts { color: #57636f; font-size: .9rem }
 .tag { background: #e6edf5; border-radius: 4px; padding: 0 .4rem; margin-right: .25rem; font-size: .85rem; display: inline-block } .urgent, .high { color: #b3261e; font-weight: 600 }
 .comment { border-left: 3px solid #9db4cc; margin: .6rem 0; padding: .2rem .8rem } .text { white-space: pre-wrap }
 .internal { border-color: #e0a800; background: #fff8e1 } .who { color: #57636f; font-size: .85rem }
 a { color: #1b4f8a; text-decoration: none } a:hover { text-decoration: underline }
</style></head><body><h1><a href="/">Sandbox helpdesk</a>: {{ tickets|length }} ticket{{ "" if tickets|length == 1 else "s" }}</h1>
{% for t in tickets %}<article><h2><a href="/agent/tickets/{{ t.id }}">#{{ t.id }} {{ t.subject }}</a></h2>
<div class="facts">{{ t.status }} · <span class="{{ t.priority }}">{{ t.priority or "no priority" }}</span> ·
 {{ t.assignee or "nobody" }} · {{ t.group or "no group" }}{% if t.followers %} · followed by {{ t.followers|join(", ") }}{% endif %}</div>
<div>{% for tag in t.tags %}<span class="tag">{{ tag }}</span>{% endfor %}</div>
{% for c in t.comments %}<div class="comment {{ "" if c.public else "internal" }}"><div class="who">{{ c.author }} · {{ c.at }} ·
 {{ "public" if c.public else "internal note" }}</div>
<div class="text">{{ c.text }}</div></div>{% endfor %}</article>{% endfor %}</body></html>"""


def blueprint(desk: Helpdesk) -> Blueprint:
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def all_tickets() -> str:
        with desk.lock:
            return render_template_string(_PAGE, tickets=[_shown(desk, i) for i in reversed(desk.tickets)])

    @routes.get("/agent/tickets/<int:ticket_id>")
    def one(ticket_id: int) -> str:
        with desk.lock:
            desk.ticket(ticket_id)
            return render_template_string(_PAGE, tickets=[_shown(desk, ticket_id)])

    return routes


def _shown(desk: Helpdesk, ticket_id: int) -> dict[str, object]:
    ticket = desk.tickets[ticket_id]

    def name(user: int | None) -> str:
        return str(desk.users.get(user or 0, {}).get("name", ""))

    comments = [
        {"author": name(c["author_id"]), "at": _when(c["created_at"]), "public": c["public"], "text": c["plain_body"]}
        for c in desk.comments[ticket_id]
    ]
    return {
        **ticket,
        "assignee": name(ticket["assignee_id"]),
        "group": desk.groups.get(ticket["group_id"] or 0, {}).get("name"),
        "followers": [name(person) for person in ticket["follower_ids"]],
        "comments": comments,
    }


def _when(stamp: str) -> str:
    return datetime.fromisoformat(stamp).strftime("%a %d %b %H:%M UTC")
