"""Service level targets of a ticket.

Rule 1: the first policy, by position, whose filter the ticket meets; its priority picks the rows.
Rule 2: a target runs from what happened on the ticket, so reading it twice says the same.
Rule 3: a pause hides a target but does not prolong it; the real one's clock is finer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]
#: Metrics go by other names in their events.
_EVENTS = {
    **dict.fromkeys(("first_reply_time", "next_reply_time"), "reply_time"),
    "total_resolution_time": "resolution_time",
}
_PAUSES = {
    "agent_work_time": ("pending", "hold"),
    "requester_wait_time": ("pending",),
    "pausable_update_time": ("pending",),
}


def policy_for(ticket: Json, policies: Sequence[Json]) -> Json | None:
    for policy in sorted(policies, key=lambda p: p.get("position", 0)):
        wanted = policy.get("filter", {})
        every, some = wanted.get("all", []), wanted.get("any", [])
        if all(_meets(ticket, c) for c in every) and (not some or any(_meets(ticket, c) for c in some)):
            return policy
    return None


def _meets(ticket: Json, condition: Json) -> bool:
    field, value = condition["field"], condition["value"]
    if field == "current_tags":
        words = value if isinstance(value, list) else str(value).split()
        has = bool(set(words) & set(ticket["tags"]))
        return has is not condition["operator"].startswith("not_")
    same = str(ticket.get(field)) == str(value)
    return same is not condition["operator"].startswith(("is_not", "not_"))


def side_load(policy: Json | None, ticket: Json, comments: Sequence[Json], staff: Mapping[int, bool]) -> Json:
    """Return the ticket's `slas`."""
    rows = [row for row in (policy or {}).get("policy_metrics", ()) if row["priority"] == ticket["priority"]]
    metrics = (_metric(row, ticket, comments, staff) for row in rows)
    return {"policy_metrics": [metric for metric in metrics if metric]}


def applied(policy: Json, ticket: Json, at: str, ids: Iterator[int], before: Sequence[Json]) -> list[Json]:
    """Return the metric events that tell of targets that are new; there are some for the ticket's priority only."""
    rows = [row for row in policy.get("policy_metrics", ()) if row["priority"] == ticket["priority"]]
    about = {"id": policy["id"], "title": policy["title"], "description": policy.get("description")}
    last = {event["metric"]: event["sla"] for event in before}
    found = [
        {
            "id": next(ids),
            "ticket_id": ticket["id"],
            "metric": _EVENTS.get(row["metric"], row["metric"]),
            "instance_id": 1,
            "type": "apply_sla",
            "time": at,
            "sla": {"target": row.get("target"), "business_hours": row.get("business_hours", False), "policy": about},
        }
        for row in rows
    ]
    return [event for event in found if event["sla"] != last.get(event["metric"])]


def _metric(row: Json, ticket: Json, comments: Sequence[Json], staff: Mapping[int, bool]) -> Json | None:
    name = row["metric"]
    replies = [c for c in comments if c["public"] and staff.get(c["author_id"])]
    begun = _begun(name, ticket, comments, replies)
    if begun is None:
        return None
    if ticket["status"] in ("solved", "closed") or (name == "first_reply_time" and replies):
        return {"metric": name, "stage": "achieved", "breach_at": None}
    if ticket["status"] in _PAUSES.get(name, ()):
        return {"metric": name, "stage": "paused", "breach_at": None}
    length = timedelta(seconds=row.get("target_in_seconds") or row["target"] * 60)
    breach = datetime.fromisoformat(begun) + length
    return {"metric": name, "stage": "active", "breach_at": breach.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _begun(name: str, ticket: Json, comments: Sequence[Json], replies: Sequence[Json]) -> str | None:
    """Return since when a target runs; None: it does not."""
    created: str = ticket["created_at"]
    if name == "next_reply_time":
        if not replies:
            return None
        since = comments[comments.index(replies[-1]) + 1 :]
        return next((str(c["created_at"]) for c in since if c["public"]), None)
    if name in ("periodic_update_time", "pausable_update_time") and replies:
        return str(replies[-1]["created_at"])
    return created
