"""What a customer's answer to "does it work now?" says: yes, no, or something a person must read.

Rule 1: only a message that says nothing else counts; a word too many, and a person decides.
Rule 2: what the customer quotes, and what their mail program adds, is no part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from plugin.core.texts.mentions import folded, tokens


class Answer(StrEnum):
    """What was understood."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


#: Whole messages, without accents and punctuation, once the politenesses are taken away.
_YES: Mapping[str, str] = {
    "en": "yes, yep, yes it does, yes it is, it works, it works now, works, works now, fixed, solved, resolved, "
    "confirmed, all good, all good now, it is fixed, it is solved, that solved it, perfect, that fixed "
    "it, problem solved, issue resolved, ok it works, it is working, it is working now",
    "pt": "sim, funciona, ja funciona, resolvido, confirmo, esta resolvido, tudo bem, tudo certo, sim funciona, "
    "sim ja funciona, problema resolvido, perfeito, ficou resolvido, deu certo",
    "es": "si, funciona, ya funciona, resuelto, solucionado, confirmo, esta resuelto, todo bien, si funciona, "
    "si ya funciona, problema resuelto, perfecto, esta solucionado",
    "fr": "oui, ca marche, ca fonctionne, resolu, c est resolu, c est bon, oui c est bon, confirme, oui ca "
    "marche, oui ca fonctionne, probleme resolu, parfait, je confirme",
    "de": "ja, es funktioniert, funktioniert, geht, geht wieder, erledigt, gelost, behoben, passt, ja es "
    "funktioniert, jetzt geht es, es geht wieder, alles gut, bestatigt, problem gelost, perfekt",
    "it": "si, funziona, ora funziona, risolto, confermo, tutto bene, e risolto, si funziona, si ora funziona, "
    "problema risolto, perfetto, tutto a posto",
    "nl": "ja, het werkt, werkt, werkt weer, opgelost, in orde, bevestigd, het is opgelost, ja het werkt, het "
    "werkt weer, probleem opgelost, perfect, alles goed",
}
_NO: Mapping[str, str] = {
    "en": "no, nope, no it does not, no it doesn t, it does not work, it doesn t work, not working, still not "
    "working, still broken, not fixed, not solved, not resolved, it still does not work, it still doesn t "
    "work, no change, same problem, no still broken, it is not fixed, still the same",
    "pt": "nao, nao funciona, ainda nao, ainda nao funciona, continua igual, nao esta resolvido, o problema "
    "continua, nao resolveu, mesmo problema",
    "es": "no, no funciona, todavia no, sigue igual, aun no, no esta resuelto, sigue sin funcionar, el problema "
    "sigue, mismo problema, todavia no funciona",
    "fr": "non, ca ne marche pas, ca ne fonctionne pas, toujours pas, pas resolu, ca ne marche toujours pas, "
    "meme probleme, ce n est pas resolu",
    "de": "nein, geht nicht, funktioniert nicht, es funktioniert nicht, immer noch nicht, nicht behoben, geht "
    "immer noch nicht, nicht gelost, gleiches problem, es geht nicht",
    "it": "no, non funziona, ancora no, non e risolto, non funziona ancora, stesso problema",
    "nl": "nee, werkt niet, het werkt niet, nog steeds niet, niet opgelost, het werkt nog steeds niet, zelfde probleem",
}
#: Words of politeness, which say neither.
_POLITE = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "dear",
        "team",
        "all",
        "thanks",
        "thank",
        "you",
        "very",
        "much",
        "many",
        "so",
        "lot",
        "a",
        "please",
        "regards",
        "best",
        "kind",
        "cheers",
        "great",
        "good",
        "morning",
        "ola",
        "obrigado",
        "obrigada",
        "muito",
        "cumprimentos",
        "bom",
        "dia",
        "hola",
        "gracias",
        "muchas",
        "saludos",
        "buenos",
        "dias",
        "bonjour",
        "merci",
        "beaucoup",
        "cordialement",
        "hallo",
        "danke",
        "vielen",
        "schon",
        "guten",
        "tag",
        "grusse",
        "liebe",
        "freundliche",
        "mit",
        "freundlichen",
        "grussen",
        "ciao",
        "grazie",
        "mille",
        "saluti",
        "buongiorno",
        "dank",
        "u",
        "wel",
        "je",
        "bedankt",
        "groeten",
        "met",
        "vriendelijke",
    ]
)
_QUOTED = re.compile(
    r"^\s*(?:>|--\s*$|-{3,}|_{5,}|on .{4,120} wrote:|el .{4,120} escribi|le .{4,120} a ecrit|am .{4,120} schrieb"
    r"|em .{4,120} escreveu|il .{4,120} ha scritto|op .{4,120} schreef|from:|de:|von:|da:|van:|sent from my)",
    re.IGNORECASE,
)
#: An answer that says nothing else is short.
_LONGEST = 400
#: Words of the longest phrase.
_WORDS = 6


def answer(text: str) -> Answer:
    """Return what a customer's message says of the remedy, in whichever of the languages."""
    words = _own_words(text)
    core = [word for word in words if word not in _POLITE]
    for said in (words, core):
        if _made_of(said, _SAID_YES):
            return Answer.YES
        if _made_of(said, _SAID_NO):
            return Answer.NO
    return Answer.UNCLEAR


def _made_of(words: Sequence[str], phrases: frozenset[str]) -> bool:
    """Tell if the words are one phrase after the other, and nothing else."""
    ends = {0}
    for end in range(1, len(words) + 1):
        if any(start in ends and " ".join(words[start:end]) in phrases for start in range(max(0, end - _WORDS), end)):
            ends.add(end)
    return bool(words) and len(words) in ends


def only_thanks(text: str) -> bool:
    """Tell if a message holds nothing but politenesses: it opens nothing again."""
    words = _own_words(text)
    return bool(words) and all(word in _POLITE for word in words)


def _own_words(text: str) -> tuple[str, ...]:
    lines: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(folded(line)):
            break
        lines.append(line)
    own = "\n".join(lines)
    return tokens(own) if len(own) <= _LONGEST else ("too", "long")


def _all(table: Mapping[str, str]) -> frozenset[str]:
    return frozenset(phrase for phrases in table.values() for phrase in phrases.split(", "))


_SAID_YES, _SAID_NO = _all(_YES), _all(_NO)
