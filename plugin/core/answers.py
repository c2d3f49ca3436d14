"""What a customer's answer to "does it work now?" says: yes, no, or something a person must read.

Rule 1: only a message that says nothing else counts; a word too many, and a person decides.
Rule 2: what the customer quotes, and what their mail program adds, is no part of the answer.
Rule 3: a question answers nothing; what both greets and says yes, as "tudo bem", is a greeting beside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Flag, StrEnum, auto

from plugin.core.texts.mentions import folded, tokens
from plugin.core.texts.quoted import parted


class Answer(StrEnum):
    """What was understood."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class _Says(Flag):
    """What a phrase says."""

    NOTHING = 0
    YES = auto()
    WELL = auto()  #: Yes, or how do you do.
    NO = auto()
    REFUSES = auto()  #: A no alone: beside thanks it refuses more help.
    THANKS = auto()
    GREETS = auto()


#: Phrases by language, without accents and punctuation; contractions are written out.
_YES: Mapping[str, str] = {
    "en": "yes, yep, yeah, yea, yup, yes it does, yes it is, it does, it works, it works now, works, works now, it "
    "works again, works again, it works fine, it works fine now, fixed, solved, resolved, confirmed, all good, all "
    "good now, all is good, it is fixed, it is fixed now, it is solved, it is resolved, that solved it, perfect, that "
    "fixed it, problem solved, issue resolved, it is working, it is working now, it is working again, it is working "
    "fine, it is working fine now, working now, working again, no more problems, no more issues",
    "pt": "sim, funciona, ja funciona, funcionou, resolvido, confirmo, esta resolvido, ja esta resolvido, sim "
    "funciona, problema resolvido, perfeito, ficou resolvido, deu certo, esta a funcionar, ja esta a funcionar, "
    "esta funcionando, ja esta funcionando",
    "es": "si, funciona, ya funciona, resuelto, solucionado, confirmo, esta resuelto, ya esta resuelto, si funciona, "
    "problema resuelto, perfecto, esta solucionado, ya esta solucionado, esta funcionando, ya esta funcionando",
    "fr": "oui, ca marche, ca fonctionne, ca marche maintenant, ca fonctionne maintenant, resolu, c est resolu, c est "
    "bon, confirme, probleme resolu, parfait, je confirme",
    "de": "ja, es funktioniert, es funktioniert jetzt, es funktioniert wieder, funktioniert, funktioniert jetzt, "
    "funktioniert wieder, geht, geht wieder, geht jetzt, erledigt, gelost, behoben, passt, jetzt geht es, jetzt "
    "funktioniert es, es geht wieder, bestatigt, problem gelost, perfekt",
    "it": "si, funziona, ora funziona, adesso funziona, risolto, confermo, e risolto, si funziona, problema risolto, "
    "perfetto",
    "nl": "ja, het werkt, werkt, werkt weer, het werkt nu, opgelost, in orde, bevestigd, het is opgelost, het werkt "
    "weer, probleem opgelost, perfect",
}
_WELL: Mapping[str, str] = {
    "pt": "tudo bem, tudo certo",
    "es": "todo bien",
    "de": "alles gut",
    "it": "tutto bene, tutto a posto",
    "nl": "alles goed",
}
_NO: Mapping[str, str] = {
    "en": "it does not, it is not, it does not work, does not work, it did not work, not working, still not working, "
    "still not, still broken, not fixed, not solved, not resolved, it still does not work, still does not work, no "
    "change, same problem, still the same problem, it is not fixed, it is not working, it is still not working, it is "
    "still broken, still the same, it is still the same, broken again, it broke again, it is broken again",
    "pt": "nao funciona, ainda nao, ainda nao funciona, continua igual, nao esta resolvido, o problema continua, nao "
    "resolveu, mesmo problema, continua sem funcionar, nao esta a funcionar, nao esta funcionando",
    "es": "no funciona, todavia no, sigue igual, aun no, no esta resuelto, sigue sin funcionar, el problema sigue, "
    "mismo problema, todavia no funciona, aun no funciona",
    "fr": "ca ne marche pas, ca ne fonctionne pas, toujours pas, pas resolu, ca ne marche toujours pas, ca ne "
    "fonctionne toujours pas, meme probleme, ce n est pas resolu",
    "de": "geht nicht, funktioniert nicht, es funktioniert nicht, immer noch nicht, nicht behoben, geht immer noch "
    "nicht, es geht immer noch nicht, funktioniert immer noch nicht, nicht gelost, gleiches problem, es geht nicht",
    "it": "non funziona, ancora no, non e risolto, non funziona ancora, stesso problema",
    "nl": "werkt niet, het werkt niet, nog steeds niet, niet opgelost, het werkt nog steeds niet, zelfde probleem",
}
_REFUSES = "no, nope, nao, non, nein, nee"
_THANKS: Mapping[str, str] = {
    "en": "thanks, thx, thank you, many thanks, thanks a lot, thanks so much, thanks very much, thank you very much, "
    "thank you so much, thanks again, cheers",
    "pt": "obrigado, obrigada, muito obrigado, muito obrigada",
    "es": "gracias, muchas gracias, mil gracias",
    "fr": "merci, merci beaucoup, merci bien",
    "de": "danke, danke schon, danke sehr, vielen dank, herzlichen dank, besten dank",
    "it": "grazie, grazie mille, mille grazie, molte grazie",
    "nl": "bedankt, dank u, dank u wel, dank je, dank je wel, hartelijk dank",
}
_GREETS: Mapping[str, str] = {
    "en": "hi, hello, hey, hi all, hello all, hi team, hello team, dear all, dear team, good morning, good afternoon, "
    "good evening",
    "pt": "ola, bom dia, boa tarde, boa noite",
    "es": "hola, buenos dias, buenas tardes, buenas noches",
    "fr": "bonjour, bonsoir, salut",
    "de": "hallo, guten tag, guten morgen, guten abend, moin",
    "it": "ciao, buongiorno, buonasera, salve",
    "nl": "dag, goedendag, goedemorgen, goedemiddag",
}
_NOTHING: Mapping[str, str] = {
    "en": "ok, please, great, very good, no problem, no problems, regards, best regards, kind regards, best, best "
    "wishes, for your help, for the help, for your support",
    "pt": "cumprimentos, atenciosamente, pela ajuda, pela vossa ajuda",
    "es": "saludos, un saludo, saludos cordiales, por la ayuda, por su ayuda",
    "fr": "cordialement, bien cordialement, pour votre aide",
    "de": "mit freundlichen grussen, freundliche grusse, viele grusse, liebe grusse, fur die hilfe, fur ihre hilfe",
    "it": "saluti, cordiali saluti, per l aiuto",
    "nl": "groeten, met vriendelijke groet, met vriendelijke groeten, vriendelijke groeten, voor de hulp, voor uw hulp",
}
#: What mail programs of phones put below: how the line begins, and words that may stand in the rest.
_TAIL = re.compile(
    r"(?:sent from|get outlook|enviado (?:desde|d[oae]|a partir d[oae])|obter o outlook|von meine[mr]|gesendet von"
    r"|envoye de(?:puis)?|inviato da|verzonden vanaf|verstuurd vanaf)\b(.*)"
)
_DEVICES = frozenset(
    tokens(
        "my meu minha mi mon ma mio mia mijn meinem meiner iphone ipad android samsung galaxy smartphone phone mobile "
        "device telefone telemovel celular telefono movil dispositivo telephone portable mobil handy cellulare "
        "telefoon outlook mail yahoo gmail app for para pour fur per voor ios windows huawei xiaomi gesendet tablet"
    )
)
_NAME = re.compile(r"[^\W\d_a-z](?:[^\W\d_]+|\.)?(?:[-'\u2019][^\W\d_]+)?")
_NAMES = 3
#: Marks of a question: ours, the Greek, the Arabic, the wide one.
_ASKS = frozenset("?\u037e\u061f\uff1f")
#: Characters that are looked at.
_LOOKED_AT = 16_384
#: An answer that says nothing else is short.
_LONGEST = 400
#: Words of the longest phrase.
_WORDS = 6


def answer(text: str) -> Answer:
    """Return what a customer's message says of the remedy, in whichever of the languages."""
    said = _said(_own_words(text))
    return Answer.UNCLEAR if said is None else _meant(said)


def only_thanks(text: str) -> bool:
    """Tell if a message says thanks and nothing else: it opens nothing again."""
    return _said(_own_words(text)) in (_Says.THANKS, _Says.THANKS | _Says.GREETS)


def _meant(said: _Says) -> Answer:
    yes = bool(said & _Says.YES) or (_Says.WELL in said and _Says.GREETS not in said)
    no = bool(said & (_Says.NO | _Says.REFUSES))
    if yes and not no:
        return Answer.YES
    if no and not said & (_Says.YES | _Says.WELL) and (_Says.NO in said or _Says.THANKS not in said):
        return Answer.NO
    return Answer.UNCLEAR


def _said(words: Sequence[str]) -> _Says | None:
    """Return what the words say, read as the fewest phrases one after the other; None: they cannot be read so.

    Where two readings are as short, both count: what they do not agree in is unclear.
    """
    best: list[tuple[int, _Says] | None] = [(0, _Says.NOTHING)]
    for end in range(1, len(words) + 1):
        found: dict[int, _Says] = {}
        for start in range(max(0, end - _WORDS), end):
            phrase, before = " ".join(words[start:end]), best[start]
            if before is not None and phrase in _PHRASES:
                count = before[0] + 1
                found[count] = found.get(count, _Says.NOTHING) | before[1] | _PHRASES[phrase]
        best.append(min(found.items(), key=lambda one: one[0]) if found else None)
    last = best[-1]
    return last[1] if last else None


def _own_words(text: str) -> tuple[str, ...]:
    """Return what the customer wrote; nothing where it asks, or where it cannot be told from what is quoted."""
    message = parted(text[:_LOOKED_AT])
    own = "\n".join(_unsigned([line for line in _above_dashes(message.own) if not _is_tail(line)]))
    whole = not message.below and len(text) <= _LOOKED_AT and len(own) <= _LONGEST
    return _written_out(own) if whole and _ASKS.isdisjoint(own) else ()


def _above_dashes(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines above the two dashes that begin a signature."""
    return next((lines[:at] for at, line in enumerate(lines) if line.rstrip() == "--"), lines)


def _is_tail(line: str) -> bool:
    found = _TAIL.fullmatch(folded(line[:_LONGEST]).strip(" .\t"))
    return found is not None and _DEVICES.issuperset(tokens(found[1]))


def _unsigned(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without a name below, as people sign: a full one behind an empty line, any behind a closing."""
    last = max((at for at, line in enumerate(lines) if line.strip()), default=0)
    if last == 0 or not _is_name(lines[last].strip()):
        return lines
    above = next(filter(str.strip, reversed(lines[:last])), "")
    closes = _said(_written_out(above[:_LONGEST])) in (_Says.NOTHING, _Says.THANKS)
    full = not lines[last - 1].strip() and len(lines[last].split()) > 1
    return lines[:last] if closes or full else lines


def _is_name(line: str) -> bool:
    """Tell if a line is a few capitalised words, none of which says anything in an answer."""
    words = line.split()
    return 0 < len(words) <= _NAMES and all(
        _NAME.fullmatch(word) and not word[1:].isupper() and _VOCABULARY.isdisjoint(tokens(word)) for word in words
    )


def _written_out(text: str) -> tuple[str, ...]:
    """Return the words of a text, `does not` for `doesn't`; a comma stands for whatever parts two phrases."""
    words = " , ".join(" ".join(tokens(part)) for part in re.split(r"[,;:.!]", text))
    words = re.sub(r"\b(does|is|did)(?:n t|nt)\b", r"\1 not", words)
    return tuple(re.sub(r"\b(?:it s|its)\b", "it is", words).split())


def _all(table: Mapping[str, str], says: _Says) -> Iterable[tuple[str, _Says]]:
    return ((phrase, says) for phrases in table.values() for phrase in phrases.split(", "))


_PHRASES: Mapping[str, _Says] = dict(
    [
        *_all(_NOTHING, _Says.NOTHING),
        *_all(_THANKS, _Says.THANKS),
        *_all(_GREETS, _Says.GREETS),
        *_all(_WELL, _Says.WELL),
        *_all(_YES, _Says.YES),
        *_all(_NO, _Says.NO),
        *_all({"": _REFUSES}, _Says.REFUSES),
        (",", _Says.NOTHING),
    ]
)
#: Words that no name has.
_VOCABULARY = frozenset(word for phrase in _PHRASES for word in phrase.split() if len(word) > 1) | frozenset(
    tokens(
        "but however though why wait help almost partially partly mostly sometimes only except slow slowly sort maybe "
        "mas quase pero casi mais presque aber fast ma quasi maar bijna"
    )
)
