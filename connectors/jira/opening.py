"""An issue that is opened for a ticket of another account.

Rule 1: its marker is a label, which a search finds once the site's index knows of it.
Rule 2: its origin stands in its description, and beside it as a link, where our user may make one: to an issue of the
        same site as Jira links issues, to anything else by its address.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import NotFound, PermanentFailure, UnknownOutcome
from connectors.jira import changes, tickets, values
from connectors.jira.site import Site
from connectors.model import NewTicket
from connectors.values import attempt, mapping


def found(site: Site, marker: str, lately: Collection[int]) -> str | None:
    """Return the id of the oldest issue with the marker; `lately` are issues of which the index may not know yet."""
    listed = site.search(f'labels = "{marker}" ORDER BY created ASC', "", lately=lately).get("issues") or ()
    ids = [attempt(values.ident, mapping(one).get("id")) for one in listed]
    return min((one for one in ids if one), key=int, default=None)


def created(site: Site, wish: NewTicket, priorities: Mapping[str, str]) -> str:
    """Create the issue and return its id."""
    schema = _schema(site) if wish.custom_fields else {}
    body = changes.new_issue(wish, priorities=priorities, schema=schema)
    answer = mapping(site.http.post(f"{site.base}/api/2/issue", json=body).json())
    number = attempt(values.ident, answer.get("id"))
    if number is None:
        raise UnknownOutcome(f"{site.base} answered a new issue with something that is none")
    return number


def tied(site: Site, number: str, wish: NewTicket, document: Mapping[str, Any]) -> None:
    """Show the origin beside the issue, once; who may not link issues has the address in the description."""
    try:
        if not wish.origin.startswith(f"{site.address}/"):
            site.http.post(f"{site.base}/api/2/issue/{number}/remotelink", json=changes.remote_link(wish))
        elif wish.origin_ref.id not in tickets.links(document):
            _link(site, number, wish)
    except PermanentFailure:
        return


def _link(site: Site, number: str, wish: NewTicket) -> None:
    """Link it with an issue of the same site; by the type that every site has, where there is none of that name."""
    place = f"{site.base}/api/2/issueLink"
    try:
        site.http.post(place, json=changes.issue_link(wish, number))
    except NotFound:
        site.http.post(place, json=changes.issue_link(replace(wish, link_type=None), number))


def _schema(site: Site) -> dict[str, Mapping[str, Any]]:
    """Return what each field of the site takes."""
    listed = site.listed("api/2/field") or ()
    return {str(one["id"]): mapping(one.get("schema")) for one in listed if one.get("id")}
