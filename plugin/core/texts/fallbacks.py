"""What goes out when a template fails: plain texts that cannot.

Rule 1: a line whose value is missing is left out; the first line has none, so that something always remains.
Rule 2: what the customer reads never holds reasons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from plugin.core.texts.languages import nearest
from plugin.core.texts.template_filters import LONGEST, plain

#: Places of a plain text, and the value each stands for.
PLACES: Mapping[str, tuple[str, ...]] = {
    "owner": ("owner", "name"),
    "severity": ("case", "severity"),
    "because": ("because",),
    "next_update": ("case", "next_update"),
    "known_issue": ("known_issue", "name"),
    "subject": ("ticket", "subject"),
}
DEFAULT_LANGUAGE = "en"

FALLBACKS: Mapping[str, Mapping[str, str]] = {
    "internal_note": {
        "en": "This ticket has been escalated.\nOwner: {owner}\nSeverity: {severity}\n"
        "Why: {because}\nNext update promised by: {next_update}",
        "pt": "Este pedido foi escalado.\nResponsável: {owner}\nGravidade: {severity}\n"
        "Motivo: {because}\nPróxima atualização prometida até: {next_update}",
        "es": "Este caso se ha escalado.\nResponsable: {owner}\nGravedad: {severity}\n"
        "Motivo: {because}\nPróxima novedad prometida antes de: {next_update}",
        "fr": "Ce ticket a été escaladé.\nResponsable : {owner}\nGravité : {severity}\n"
        "Raison : {because}\nProchaine nouvelle promise avant : {next_update}",
        "de": "Dieses Ticket wurde eskaliert.\nZuständig: {owner}\nSchweregrad: {severity}\n"
        "Grund: {because}\nNächste Nachricht zugesagt bis: {next_update}",
        "it": "Questa richiesta è stata sottoposta a escalation.\nResponsabile: {owner}\nGravità: {severity}\n"
        "Motivo: {because}\nProssimo aggiornamento promesso entro: {next_update}",
        "nl": "Dit ticket is geëscaleerd.\nVerantwoordelijke: {owner}\nErnst: {severity}\n"
        "Reden: {because}\nVolgende update beloofd vóór: {next_update}",
    },
    "public_comment": {
        "en": "We are looking after your request.\n{owner} is now responsible for it.\n"
        "You will hear from us by {next_update}.",
        "pt": "Estamos a tratar do seu pedido.\nA pessoa responsável é agora {owner}.\n"
        "Daremos notícias até {next_update}.",
        "es": "Estamos atendiendo su solicitud.\nLa persona responsable es ahora {owner}.\n"
        "Tendrá noticias nuestras antes de {next_update}.",
        "fr": "Nous nous occupons de votre demande.\nLa personne responsable est désormais {owner}.\n"
        "Vous aurez de nos nouvelles avant {next_update}.",
        "de": "Wir kümmern uns um Ihr Anliegen.\nZuständig ist jetzt {owner}.\nSie hören von uns bis {next_update}.",
        "it": "Ci stiamo occupando della sua richiesta.\nLa persona responsabile è ora {owner}.\n"
        "Riceverà nostre notizie entro {next_update}.",
        "nl": "We zijn met uw verzoek bezig.\n{owner} is nu verantwoordelijk.\nU hoort van ons vóór {next_update}.",
    },
    "known_answer": {
        "en": "This is a known issue, so the ticket is not escalated.\nKnown issue: {known_issue}",
        "pt": "Este é um problema conhecido, por isso o pedido não foi escalado.\nProblema conhecido: {known_issue}",
        "es": "Es un problema conocido, por eso el caso no se escala.\nProblema conocido: {known_issue}",
        "fr": "Le problème est connu, le ticket n'est donc pas escaladé.\nProblème connu : {known_issue}",
        "de": "Das Problem ist bekannt, deshalb wird nicht eskaliert.\nBekanntes Problem: {known_issue}",
        "it": "Il problema è noto, perciò non c'è escalation.\nProblema noto: {known_issue}",
        "nl": "Dit probleem is bekend, daarom is er niet geëscaleerd.\nBekend probleem: {known_issue}",
    },
    "problem_escalated": {
        "en": "The problem behind this ticket has been escalated.",
        "pt": "O problema na origem deste pedido foi escalado.",
        "es": "El problema que causa este caso se ha escalado.",
        "fr": "Le problème à l'origine de ce ticket a été escaladé.",
        "de": "Das Problem hinter diesem Ticket wurde eskaliert.",
        "it": "Per il problema all'origine di questa richiesta c'è stata un'escalation.",
        "nl": "Het probleem achter dit ticket is geëscaleerd.",
    },
    "problem_solved": {
        "en": "The problem behind this ticket has been solved.",
        "pt": "O problema na origem deste pedido foi resolvido.",
        "es": "El problema que causa este caso se ha resuelto.",
        "fr": "Le problème à l'origine de ce ticket a été résolu.",
        "de": "Das Problem hinter diesem Ticket wurde gelöst.",
        "it": "Il problema all'origine di questa richiesta è stato risolto.",
        "nl": "Het probleem achter dit ticket is opgelost.",
    },
    "known_comment": {
        "en": "We know of this problem and are looking after it.",
        "pt": "Conhecemos este problema e estamos a tratar dele.",
        "es": "Conocemos este problema y lo estamos atendiendo.",
        "fr": "Nous connaissons ce problème et nous nous en occupons.",
        "de": "Wir kennen dieses Problem und kümmern uns darum.",
        "it": "Conosciamo questo problema e ce ne stiamo occupando.",
        "nl": "We kennen dit probleem en zijn ermee bezig.",
    },
    "holding": {
        "en": "We are still working on your request.\nYou will hear from us by {next_update}.",
        "pt": "Continuamos a trabalhar no seu pedido.\nDaremos notícias até {next_update}.",
        "es": "Seguimos trabajando en su solicitud.\nTendrá noticias nuestras antes de {next_update}.",
        "fr": "Nous travaillons toujours à votre demande.\nVous aurez de nos nouvelles avant {next_update}.",
        "de": "Wir arbeiten weiter an Ihrem Anliegen.\nSie hören von uns bis {next_update}.",
        "it": "Stiamo ancora lavorando alla sua richiesta.\nRiceverà nostre notizie entro {next_update}.",
        "nl": "We werken nog aan uw verzoek.\nU hoort van ons vóór {next_update}.",
    },
    "ask": {
        "en": "We believe this is solved. Does it work for you now? A short yes or no is enough.",
        "pt": "Acreditamos que está resolvido. Já funciona? Basta responder sim ou não.",
        "es": "Creemos que está resuelto. ¿Ya le funciona? Basta con responder sí o no.",
        "fr": "Nous pensons que c'est résolu. Est-ce que cela fonctionne ? Un simple oui ou non suffit.",
        "de": "Wir glauben, dass es behoben ist. Funktioniert es jetzt? Ein kurzes Ja oder Nein genügt.",
        "it": "Riteniamo che sia risolto. Ora funziona? Basta rispondere sì o no.",
        "nl": "We denken dat het is opgelost. Werkt het nu? Een kort ja of nee is genoeg.",
    },
    "chase": {
        "en": "May we ask once more: does it work for you now? A short yes or no is enough.",
        "pt": "Perguntamos mais uma vez: já funciona? Basta responder sim ou não.",
        "es": "Le preguntamos una vez más: ¿ya le funciona? Basta con responder sí o no.",
        "fr": "Nous nous permettons de redemander : est-ce que cela fonctionne ? Un simple oui ou non suffit.",
        "de": "Wir fragen noch einmal nach: Funktioniert es jetzt? Ein kurzes Ja oder Nein genügt.",
        "it": "Ci permettiamo di chiedere ancora: ora funziona? Basta rispondere sì o no.",
        "nl": "Mogen we het nog eens vragen: werkt het nu? Een kort ja of nee is genoeg.",
    },
    "need": {
        "en": "To go on, we need something more from you.",
        "pt": "Para continuar, precisamos de mais uma informação sua.",
        "es": "Para continuar, necesitamos un dato más de su parte.",
        "fr": "Pour continuer, il nous manque encore une information de votre part.",
        "de": "Um weiterzukommen, brauchen wir noch eine Angabe von Ihnen.",
        "it": "Per proseguire ci serve ancora un'informazione da parte sua.",
        "nl": "Om verder te gaan hebben we nog iets van u nodig.",
    },
    "follow_up": {
        "en": "This case has ended. Please tell what caused it and what prevents it.",
        "pt": "Este caso terminou. Indique o que o causou e o que o evita.",
        "es": "Este caso ha terminado. Indique qué lo causó y qué lo evita.",
        "fr": "Ce cas est terminé. Indiquez ce qui l'a causé et ce qui l'évite.",
        "de": "Dieser Fall ist beendet. Bitte angeben, was ihn verursacht hat und was ihn verhindert.",
        "it": "Questo caso è concluso. Indicare che cosa lo ha causato e che cosa lo previene.",
        "nl": "Deze zaak is afgerond. Vermeld wat de oorzaak was en wat het voorkomt.",
    },
    "link_subject": {
        "en": "Escalated ticket\n{subject}",
        "pt": "Pedido escalado\n{subject}",
        "es": "Caso escalado\n{subject}",
        "fr": "Ticket escaladé\n{subject}",
        "de": "Eskaliertes Ticket\n{subject}",
        "it": "Richiesta in escalation\n{subject}",
        "nl": "Geëscaleerd ticket\n{subject}",
    },
    "link_text": {
        "en": "A ticket has been escalated and needs your help.\nOwner: {owner}\nSeverity: {severity}\n"
        "Next update promised by: {next_update}",
        "pt": "Um pedido foi escalado e precisa da vossa ajuda.\nResponsável: {owner}\nGravidade: {severity}\n"
        "Próxima atualização prometida até: {next_update}",
        "es": "Se ha escalado un caso y hace falta su ayuda.\nResponsable: {owner}\nGravedad: {severity}\n"
        "Próxima novedad prometida antes de: {next_update}",
        "fr": "Un ticket a été escaladé et demande votre aide.\nResponsable : {owner}\nGravité : {severity}\n"
        "Prochaine nouvelle promise avant : {next_update}",
        "de": "Ein Ticket wurde eskaliert und braucht eure Hilfe.\nZuständig: {owner}\nSchweregrad: {severity}\n"
        "Nächste Nachricht zugesagt bis: {next_update}",
        "it": "Una richiesta è in escalation e serve il vostro aiuto.\nResponsabile: {owner}\nGravità: {severity}\n"
        "Prossimo aggiornamento promesso entro: {next_update}",
        "nl": "Een ticket is geëscaleerd en vraagt jullie hulp.\nVerantwoordelijke: {owner}\nErnst: {severity}\n"
        "Volgende update beloofd vóór: {next_update}",
    },
}
_PLACE = re.compile(r"\{(\w+)\}")


def fallback(
    kind: str, locale: str | None, values: Mapping[str, object], *, default_language: str = DEFAULT_LANGUAGE
) -> str:
    """Return the plain text of a kind, in the language nearest to the reader's, with the values there are."""
    texts = FALLBACKS[kind]
    lines = texts[nearest(texts, locale, default_language) or DEFAULT_LANGUAGE].split("\n")
    filled = [_filled(line, values) for line in lines]
    return "\n".join(line for line in filled if line)[:LONGEST]


def _filled(line: str, values: Mapping[str, object]) -> str:
    """Return the line with its values, once through, so that a value's own braces stay; empty if one is missing."""
    found = {place: _value(values, PLACES[place]) for place in _PLACE.findall(line)}
    return _PLACE.sub(lambda match: found[match[1]], line) if all(found.values()) else ""


def _value(values: object, names: tuple[str, ...]) -> str:
    for name in names:
        values = values.get(name) if isinstance(values, Mapping) else None
    return plain(values) if isinstance(values, (str, list, tuple)) else ""
