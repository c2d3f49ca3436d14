"""One value of Jira's, read into ours.

Rule 1: a reader returns our value or raises ValueError; the caller decides if that means unknown.
Rule 2: names are localised, so ids and categories count; ids come as text or as numbers.
Rule 3: text is wiki mark-up, or a document of nodes; of a document the words are read.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from connectors.model import Party, Status
from connectors.values import instant, mapping

#: Also what may stand in a URL's path.
_ID = re.compile(r"[0-9]{1,19}")
_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,254}-[0-9]{1,19}")
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._@+-]{0,254}")
#: In addresses of an issue, or of something on it.
_OF_ISSUE = re.compile(r"/issue/([0-9]{1,19})(?:/|$)")

#: By the category's key, which no site can change.
CATEGORIES: Mapping[str, Status] = {"new": Status.NEW, "indeterminate": Status.OPEN, "done": Status.SOLVED}

#: Names that a new site has, in English.
PRIORITIES: Mapping[str, str] = {
    **{"highest": "urgent", "blocker": "urgent", "critical": "urgent", "urgent": "urgent"},
    **{"high": "high", "major": "high"},
    **{"medium": "normal", "normal": "normal"},
    **{"low": "low", "lowest": "low", "minor": "low", "trivial": "low"},
}


def ident(value: object) -> str:
    """Read an id of an issue, a comment, a status: digits, as text or as a number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("not an id")
    text = str(value).strip()
    if not _ID.fullmatch(text):
        raise ValueError("not an id")
    return text.lstrip("0") or "0"


def key(value: object) -> str:
    """Read an issue's key, such as SD-12."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("not a key")
    return value


def issue_in(address: object) -> str:
    """Return the id of the issue that an address is of; a malformed one names none."""
    found = _OF_ISSUE.search(address) if isinstance(address, str) else None
    if found is None:
        raise ValueError("no issue's address")
    return ident(found[1])


def person_id(value: object) -> str | None:
    """Read who somebody is: an account id on Cloud, a user name on Data Center; None says nobody."""
    if value is None:
        return None
    found = mapping(value).get("accountId") or mapping(value).get("name")
    if not isinstance(found, str) or not _PERSON.fullmatch(found):
        raise ValueError("not a person")
    return found


def moment(value: object) -> datetime:
    """Read a time: ISO 8601, milliseconds since 1970, or as old servers wrote it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000, UTC)
    if isinstance(value, str) and value.strip().isdigit():
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    return instant(value.replace(",", ".") if isinstance(value, str) else value)


def status(value: object, words: Mapping[str, Status]) -> Status:
    """Read a status: as the connection calls it by id or name, else by its category."""
    told = mapping(value)
    for name in (str(told.get("id")), str(told.get("name"))):
        if name in words:
            return words[name]
    category = mapping(told.get("statusCategory")).get("key")
    if category not in CATEGORIES:
        raise ValueError("not a status")
    return CATEGORIES[str(category)]


def priority(value: object, words: Mapping[str, str]) -> str | None:
    """Read a priority, as the connection calls it, else by a new site's names; None says that none is set."""
    if value is None:
        return None
    told = mapping(value)
    for name in (str(told.get("id")), str(told.get("name"))):
        if name in words:
            return words[name]
    found = PRIORITIES.get(str(told.get("name")).strip().lower())
    if found is None:
        raise ValueError("not a priority that anybody told us of")
    return found


def labels(value: object) -> frozenset[str]:
    """Read labels, from a list or from one text with blanks between."""
    if isinstance(value, str):
        value = value.split()
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise ValueError("not labels")
    return frozenset(label.strip().lower() for label in value if label.strip())


def words_of(value: object) -> str:
    """Read text; null is empty, and of a document its words are left, a line for each paragraph."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise ValueError("not text")
    return "".join(_words(value, 0)).strip()


_DEEPEST = 40
_BLOCKS = frozenset({"paragraph", "heading", "listItem", "codeBlock", "blockquote", "tableRow"})


def _words(node: Mapping[str, object], depth: int) -> Iterator[str]:
    if isinstance(node.get("text"), str):
        yield str(node["text"])
    elif node.get("type") == "hardBreak":
        yield "\n"
    inner = node.get("content")
    for child in inner if isinstance(inner, list) and depth < _DEEPEST else ():
        if isinstance(child, dict):
            yield from _words(child, depth + 1)
    if node.get("type") in _BLOCKS:
        yield "\n"


def scalar(value: object) -> object:
    """Read a field's value: of a choice what it says, of several all of them, of a person who it is."""
    if isinstance(value, list):
        return tuple(scalar(one) for one in value)
    if not isinstance(value, dict):
        return value
    for name in ("value", "accountId", "name", "key", "id"):
        if isinstance(value.get(name), str):
            return value[name]
    return None


#: What an account of Cloud is.
_PARTIES: Mapping[object, Party] = {"customer": Party.CUSTOMER, "app": Party.AUTOMATION}


def party(user: object, *, customers: Collection[str] | None = None, our_id: str | None = None) -> Party:
    """Tell who somebody is to a ticket; Data Center says of nobody that they are a customer.

    `customers` are its reporter and who takes part beside them; None: that is not known here.
    """
    try:
        who = person_id(user)
    except ValueError:
        return Party.UNKNOWN
    if who is None:
        return Party.UNKNOWN
    if who == our_id:
        return Party.US
    if customers and who in customers:
        return Party.CUSTOMER
    known = _PARTIES.get(mapping(user).get("accountType"))
    return known or (Party.UNKNOWN if customers is None else Party.AGENT)
