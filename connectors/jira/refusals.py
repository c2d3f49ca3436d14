"""Why Jira did not do as asked, in words that are fit for a log.

Rule 1: no I/O. Platform and service management have an envelope each, gateways answer with HTML.
Rule 2: a message is localised and may quote an issue: only the names of fields get through, and our own sentences.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/intro/#status-codes
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.outcomes import Refusal
from connectors.values import mapping

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_CUSTOM = "customfield_"

#: What a field's refusal means for the admin, by Jira's name of the field.
REMEDIES: Mapping[str, str] = {
    "assignee": "the assignee may not be given issues of this project: check the id in the policy and the permission"
    " Assignable User",
    "comment": "the comment is refused",
    "labels": "a label is refused, or labels are not on the screen for editing",
    "priority": "the priority is refused, or is not on the screen for editing: check the project's priority scheme",
    "resolution": "the transition wants a resolution",
}
_PLACES: Mapping[str, str] = {"assignee": "assignee", "labels": "tags", "priority": "priority"}
_UNUSABLE = "the field does not take this value, or is not on the screen for editing"
_ONE_ISSUE = "jira-per-issue-on-write"
_CAPTCHA = "AUTHENTICATION_DENIED"


def explain(document: object, headers: Mapping[str, str]) -> Refusal:
    """Return what may be told of a refusal."""
    told = mapping(document)
    fields = [name for name in mapping(told.get("errors")) if _FIELD.fullmatch(name)]
    words = [f"{REMEDIES.get(name, _UNUSABLE)} ({name})" for name in fields]
    if _CAPTCHA in headers.get("X-Seraph-LoginReason", ""):
        words.append("the user is locked by failed logins: log in once in a browser, and solve the CAPTCHA")
    reason = headers.get("RateLimit-Reason", "")
    places = {_place(name): REMEDIES.get(name, _UNUSABLE) for name in fields if _place(name)}
    return Refusal(
        code=reason if _is_code(reason) else "",
        words=tuple(words),
        fields=dict.fromkeys(fields, ("refused",)),
        refused=places,
        one_ticket=reason == _ONE_ISSUE,
        readable=any(name in told for name in ("errorMessages", "errors", "errorMessage")),
    )


def _place(name: str) -> str:
    return f"field {name}" if name.startswith(_CUSTOM) else _PLACES.get(name, "")


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[a-z-]{1,64}", text) is not None
