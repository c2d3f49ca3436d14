"""What we want of a Jira: its webhook, and in words what no API makes.

Rule 1: no I/O. Of a thing the facts are what both sides tell alike; the secret is none of them.
Rule 2: on Data Center the secret stands in the address, where nothing is signed; here the address goes without it.

https://developer.atlassian.com/cloud/jira/platform/webhooks/#registering-a-webhook-using-the-rest-api--other-integrations-
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from connectors.provisions import WEBHOOK, Facts, Setup, Thing, Way, Wish
from connectors.values import attempt, mapping

Json = Mapping[str, Any]

#: What is subscribed to: what the reader of webhooks reads, and nothing else.
EVENTS = (
    *("jira:issue_created", "jira:issue_updated", "jira:issue_deleted"),
    *("comment_created", "comment_updated", "comment_deleted", "issuelink_created", "issuelink_deleted"),
)
_FILTER = "issue-related-events-section"
#: The first version of Data Center that takes a filter by the old API and then ignores it.
_IGNORES_FILTERS = 10


def wish(setup: Setup, scope: str) -> Wish:
    """Return the webhook."""
    name = f"Escalation ({setup.connection})"
    facts = {"name": name, "url": setup.address, "events": sorted(EVENTS), "jql": scope, "enabled": True}
    return Wish(kind=WEBHOOK, key=WEBHOOK, what="webhook", name=name, facts=facts, essential=True)


def notices(setup: Setup) -> Iterator[str]:
    """Say what people must do by hand, since no API does it."""
    if setup.way is Way.TRIGGER:
        yield "Jira has no triggers: the webhook's events tell of issues"
    for sla in setup.slas:
        yield f"SLA: put a goal with the JQL `labels = {sla.tag}` before the others of its SLA; no API makes one"
    if setup.state_tag:
        yield f"a queue of escalated issues: make one with the JQL `labels = {setup.state_tag}`; no API makes one"
    if setup.macros:
        yield "agents' commands are lines of internal comments, such as /esc ack; canned responses are made by hand"
    for field in setup.fields:
        if field.id is None:
            yield f'field "{field.title}": make a text field, put it on the screens, and its id into the policy'


def thing(document: Json) -> Thing | None:
    """Return a webhook as it is there; None for what is none."""
    number = attempt(_number, document.get("self"))
    name, url = document.get("name"), document.get("url")
    if number is None or not isinstance(name, str) or not isinstance(url, str):
        return None
    told = document.get("events")
    events = sorted(str(one) for one in told) if isinstance(told, list) else []
    jql = mapping(document.get("filters")).get(_FILTER)
    facts = {
        "name": name,
        "url": without_secret(url),
        "events": events,
        "jql": jql if isinstance(jql, str) else "",
        "enabled": document.get("enabled") is not False,
    }
    return Thing(kind=WEBHOOK, id=number, name=name, facts=facts)


def body(facts: Facts, *, secret: str, cloud: bool) -> dict[str, Any]:
    """Return what makes the webhook, or changes it."""
    url = str(facts["url"])
    told: dict[str, Any] = {
        "name": facts["name"],
        "url": url if cloud else f"{url}?secret={quote(secret, safe='')}",
        "events": facts["events"],
        "filters": {_FILTER: facts["jql"]},
        "excludeBody": False,
        "enabled": facts["enabled"],
    }
    return told | ({"secret": secret} if cloud else {})


def without_secret(url: str) -> str:
    """Return an address without what stands behind it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def is_cloud(server: Json) -> bool:
    """Tell Cloud from Data Center by what the site says of itself."""
    return server.get("deploymentType") == "Cloud"


def ignores_filters(server: Json) -> bool:
    """Tell if the site takes a webhook's filter and ignores it: JRASERVER-78733."""
    numbers = server.get("versionNumbers")
    major = numbers[0] if isinstance(numbers, list) and numbers else 0
    return not is_cloud(server) and isinstance(major, int) and major >= _IGNORES_FILTERS


def by_hand(address: str, scope: str) -> str:
    """Say what to click."""
    events = "Issue created, updated, deleted; Comment created, updated, deleted; Issue link created, deleted"
    jql = f"JQL: {scope}" if scope else "no JQL"
    return (
        "Data Center 10 takes a webhook's filter by its API and ignores it: make the webhook yourself, in System >"
        f" WebHooks > Create. URL: {address}?secret=SECRET, with the first of webhook_secrets; {jql}; {events}."
        " Then change an issue, and look: escalation log --since 5m"
    )


def _number(address: object) -> str:
    text = str(address).rstrip("/").rsplit("/", 1)[-1]
    if not text.isdigit():
        raise ValueError("no id")
    return text
