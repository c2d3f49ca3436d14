"""What of a message its writer wrote, and what a mail program put below it.

Rule 1: a line that begins with `>` is quoted; what stands below it is the writer's again.
Rule 2: a mail's header begins the message that is answered: nothing below it is known to be the writer's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plugin.core.texts.mentions import folded

#: Characters of a line in which a header is looked for.
_LONGEST = 400
#: "On 26 November 2026 Ana wrote:", by the words it begins with and the verb it has.
_ON = ("on ", "el ", "le ", "am ", "em ", "no dia ", "a ", "il ", "op ")
_WROTE = re.compile(r"\b(?:wrote|escribio|a ecrit|schrieb|escreveu|ha scritto|schreef)\b")
#: "-----Original Message-----", in whichever language.
_BETWEEN_DASHES = re.compile(r"-{3,} ?[^\W\d_][^-]{3,60}-{3,}")
_FIRST_FIELD = re.compile(r"\*?(?:from|de|von|da|van) ?: ?\*? ?\S")
_FIELD = re.compile(
    r"\*?(?:from|sent|date|to|cc|subject|de|enviad[oa](?: em| el)?|data|para|assunto|fecha|asunto|envoye|a|objet"
    r"|von|gesendet|datum|an|betreff|da|inviato|oggetto|van|verzonden|aan|onderwerp) ?:"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """The lines of a message."""

    own: tuple[str, ...]  #: What its writer wrote.
    below: tuple[str, ...]  #: What is not quoted below a mail's header: nobody can tell who wrote it.


def parted(text: str) -> Parted:
    """Tell the writer's lines from those of the mail that is answered."""
    lines = text.splitlines()
    header = next((at for at in range(len(lines)) if _is_header(lines, at)), len(lines))
    below = (line for line in lines[header + _size(lines, header) :] if line.strip() and not _FIELD.match(_plain(line)))
    return Parted(own=_unquoted(lines[:header]), below=_unquoted(below))


def _unquoted(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if not line.lstrip().startswith(">"))


def _is_header(lines: Sequence[str], at: int) -> bool:
    line, after = _plain(lines[at]), _plain(lines[at + 1]) if at + 1 < len(lines) else ""
    if _BETWEEN_DASHES.fullmatch(line) or _wrote(line) or _is_wrapped(line, after):
        return True
    return bool(_FIRST_FIELD.match(line) and _FIELD.match(after))


def _size(lines: Sequence[str], at: int) -> int:
    """Return over how many lines a header goes."""
    return 2 if at + 1 < len(lines) and _is_wrapped(_plain(lines[at]), _plain(lines[at + 1])) else 1


def _is_wrapped(line: str, after: str) -> bool:
    """Tell if a mail program wrote one header in two lines, as it does where an address makes it long."""
    return not (_wrote(line) or _wrote(after)) and "@" in line + after and _wrote(f"{line} {after}")


def _wrote(line: str) -> bool:
    """Tell if somebody wrote something at some time, as mail programs say it."""
    dated = line.startswith(_ON) and any(letter.isdigit() for letter in line)
    return dated and line.endswith(":") and _WROTE.search(line) is not None


def _plain(line: str) -> str:
    return folded(line[:_LONGEST]).strip()
