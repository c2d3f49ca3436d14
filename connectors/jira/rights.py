"""What our own user must be allowed to do.

Rule 1: no I/O; what the site says of permissions becomes remedies in plain words.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-permissions/#api-rest-api-2-mypermissions-get
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.values import mapping

#: By the permission's key: what it is needed for, and its name where an admin grants it.
NEEDED: Mapping[str, str] = {
    "BROWSE_PROJECTS": "our user cannot see issues: grant Browse Projects",
    "ADD_COMMENTS": "our user cannot write notes: grant Add Comments",
    "EDIT_ISSUES": "our user cannot set labels, priority and fields: grant Edit Issues",
    "ASSIGN_ISSUES": "our user cannot assign owners: grant Assign Issues",
    "TRANSITION_ISSUES": "our user cannot change the status: grant Transition Issues",
    "MANAGE_WATCHERS": "our user cannot add watchers: grant Manage Watchers",
}
#: What is needed only where tickets are opened for those of another connection.
OPENING: Mapping[str, str] = {"CREATE_ISSUES": "our user cannot create issues: grant Create Issues in the project"}
HOW = (
    "Give the connection a user of its own, licensed as an agent of Jira Service Management where there is one, and its"
    " API token (Cloud) or personal access token (Data Center)"
)


def hindrance(document: Mapping[str, Any]) -> str | None:
    """Return why no issue can be opened; None: nothing is in the way, or the site does not tell."""
    told = mapping(document.get("permissions"))
    lacking = (words for key, words in OPENING.items() if mapping(told.get(key)).get("havePermission") is False)
    return next(lacking, None)


def remedies(document: Mapping[str, Any]) -> list[str]:
    """Return what an admin must grant; empty when all is well."""
    told = mapping(document.get("permissions"))
    return [
        f"{words} in the project's permission scheme"
        for key, words in NEEDED.items()
        if mapping(told.get(key)).get("havePermission") is not True
    ]
