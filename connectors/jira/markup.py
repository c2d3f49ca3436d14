"""Plain text that stays plain where Jira reads wiki mark-up.

Rule 1: what people typed comes out as they typed it: nothing is a heading, an image, a macro or a mention, and no link
        but an address that stands there as it is: it leads where it says.
Rule 2: a character that nobody sees comes between what Jira looks for; the text can still be copied and read.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re

#: Characters; a comment holds 32,767 as a site is made.
LONGEST = 30_000
CUT = "\n\n[The rest is left out: it is longer than a comment can be.]"
#: A word joiner: to the eye nothing, to the mark-up the end of what it looks for.
_APART = "\u2060"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
#: What opens mark-up: behind it something invisible is put.
_OPENS = re.compile(r"[\[\]{}!|*_+^~?#@\\-]|(?<=[A-Za-z])(?=://)|^(?=h[1-6]\.|bq\.)", re.MULTILINE)
#: An address of the web, as far as it is sure to be one: it is followed and copied as it is.
_ADDRESS = re.compile(r"(\bhttps?://[A-Za-z0-9][A-Za-z0-9.:/_~%?&=+,;@#-]*)")


#: An image's marks stand on both sides of any word, so they are escaped as Jira has it.
_ESCAPED = {"!": "\\!"}


def plain(text: str) -> str:
    """Return the text inert, and no longer than a comment can be."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = _ADDRESS.split(text)  # every other one is an address
    inert = "".join(part if number % 2 else _inert(part) for number, part in enumerate(parts))
    return inert if len(inert) <= LONGEST else inert[: LONGEST - len(CUT)] + CUT


def _inert(text: str) -> str:
    return _OPENS.sub(lambda found: _ESCAPED.get(found[0], f"{found[0]}{_APART}"), text)


def seen(text: str) -> str:
    """Return a text of ours as a reader sees it."""
    return text.replace(_APART, "").replace("\\!", "!")
