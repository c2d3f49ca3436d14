"""What the pages of a link say, in the languages of the people who follow one.

Rule 1: a page names the ticket and what will happen, and nothing of what the ticket says.
Rule 2: whatever cannot be done comes with what to do instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.core.commands import Word
from plugin.core.texts.languages import nearest


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language; {0} is a name, or the ticket."""

    ticket: str
    ask: Mapping[Word, str]  #: The heading of the page that asks.
    means: Mapping[Word, str]  #: What will happen.
    do: Mapping[Word, str]  #: The button.
    why: str
    why_missing: str
    made_for: str
    taken: tuple[str, str]  #: Heading and text, as all that follow.
    twice: tuple[str, str]
    old: tuple[str, str]
    bad: tuple[str, str]
    off: tuple[str, str]
    large: tuple[str, str]
    later: tuple[str, str]
    instead: str


_ACK, _APPROVE, _DECLINE = Word.ACKNOWLEDGE, Word.APPROVE, Word.DECLINE

WORDS: Mapping[str, Words] = {
    "en": Words(
        ticket="Ticket {0}",
        ask={
            _ACK: "Acknowledge the escalation?",
            _APPROVE: "Approve the escalation?",
            _DECLINE: "Decline the escalation?",
        },
        means={
            _ACK: "You take it up; nobody else is asked while you work on it.",
            _APPROVE: "The escalation begins and gets its owner.",
            _DECLINE: "The escalation ends before it begins. Your reason is noted on the ticket.",
        },
        do={_ACK: "Acknowledge", _APPROVE: "Approve", _DECLINE: "Decline"},
        why="Why do you decline?",
        why_missing="Please say why.",
        made_for="This link was made for {0}. If that is not you, please do not press the button.",
        taken=("Taken in", "A note on the ticket tells what became of it. You can close this page."),
        twice=("Used already", "This link works once. The note on the ticket tells what became of it."),
        old=("This link is too old", "Nothing was changed."),
        bad=("This link is not good", "It is not whole, or not one of ours. Nothing was changed."),
        off=("Switched off", "The plugin does not work on this helpdesk now. Nothing was changed."),
        large=("Too long", "Please say it in fewer words. Nothing was changed."),
        later=("Not now", "It could not be stored. Please try again in a moment."),
        instead="Instead, write this line in an internal note of the ticket:",
    ),
    "pt": Words(
        ticket="Pedido {0}",
        ask={_ACK: "Assumir o escalamento?", _APPROVE: "Aprovar o escalamento?", _DECLINE: "Recusar o escalamento?"},
        means={
            _ACK: "Fica a tratar dele; mais ninguém é chamado enquanto trabalha nele.",
            _APPROVE: "O escalamento começa e passa a ter um responsável.",
            _DECLINE: "O escalamento termina antes de começar. O motivo fica anotado no pedido.",
        },
        do={_ACK: "Assumir", _APPROVE: "Aprovar", _DECLINE: "Recusar"},
        why="Porque recusa?",
        why_missing="Indique o motivo.",
        made_for="Esta ligação foi feita para {0}. Se não é essa pessoa, não prima o botão.",
        taken=("Recebido", "Uma nota no pedido dirá o resultado. Pode fechar esta página."),
        twice=("Já utilizada", "Esta ligação serve uma só vez. A nota no pedido diz o resultado."),
        old=("Esta ligação é demasiado antiga", "Nada foi alterado."),
        bad=("Esta ligação não é válida", "Está incompleta ou não é nossa. Nada foi alterado."),
        off=("Desligado", "O plugin não está a trabalhar neste helpdesk. Nada foi alterado."),
        large=("Demasiado longo", "Use menos palavras. Nada foi alterado."),
        later=("Agora não", "Não foi possível guardar. Tente de novo dentro de momentos."),
        instead="Em vez disso, escreva esta linha numa nota interna do pedido:",
    ),
    "es": Words(
        ticket="Caso {0}",
        ask={_ACK: "¿Asumir el escalado?", _APPROVE: "¿Aprobar el escalado?", _DECLINE: "¿Rechazar el escalado?"},
        means={
            _ACK: "Usted se ocupa; no se avisa a nadie más mientras trabaje en él.",
            _APPROVE: "El escalado empieza y tiene responsable.",
            _DECLINE: "El escalado termina antes de empezar. El motivo queda anotado en el caso.",
        },
        do={_ACK: "Asumir", _APPROVE: "Aprobar", _DECLINE: "Rechazar"},
        why="¿Por qué lo rechaza?",
        why_missing="Indique el motivo.",
        made_for="Este enlace es para {0}. Si no es usted, no pulse el botón.",
        taken=("Recibido", "Una nota en el caso dirá el resultado. Puede cerrar esta página."),
        twice=("Ya utilizado", "Este enlace sirve una sola vez. La nota en el caso dice el resultado."),
        old=("Este enlace es demasiado antiguo", "No se ha cambiado nada."),
        bad=("Este enlace no es válido", "Está incompleto o no es nuestro. No se ha cambiado nada."),
        off=("Desactivado", "El plugin no trabaja ahora con este helpdesk. No se ha cambiado nada."),
        large=("Demasiado largo", "Use menos palabras. No se ha cambiado nada."),
        later=("Ahora no", "No se ha podido guardar. Inténtelo de nuevo en un momento."),
        instead="En su lugar, escriba esta línea en una nota interna del caso:",
    ),
    "fr": Words(
        ticket="Ticket {0}",
        ask={_ACK: "Prendre en charge ?", _APPROVE: "Approuver l'escalade ?", _DECLINE: "Refuser l'escalade ?"},
        means={
            _ACK: "Vous vous en chargez ; personne d'autre n'est sollicité tant que vous y travaillez.",
            _APPROVE: "L'escalade commence et reçoit son responsable.",
            _DECLINE: "L'escalade s'arrête avant de commencer. Votre raison est notée sur le ticket.",
        },
        do={_ACK: "Prendre en charge", _APPROVE: "Approuver", _DECLINE: "Refuser"},
        why="Pourquoi refusez-vous ?",
        why_missing="Veuillez dire pourquoi.",
        made_for="Ce lien a été fait pour {0}. Si ce n'est pas vous, n'appuyez pas sur le bouton.",
        taken=("C'est noté", "Une note sur le ticket dira la suite donnée. Vous pouvez fermer cette page."),
        twice=("Déjà utilisé", "Ce lien ne sert qu'une fois. La note sur le ticket dit la suite donnée."),
        old=("Ce lien est trop ancien", "Rien n'a été changé."),
        bad=("Ce lien n'est pas valable", "Il est incomplet ou n'est pas de nous. Rien n'a été changé."),
        off=("Désactivé", "Le plugin ne travaille pas sur ce helpdesk en ce moment. Rien n'a été changé."),
        large=("Trop long", "Veuillez le dire en moins de mots. Rien n'a été changé."),
        later=("Pas maintenant", "L'enregistrement a échoué. Veuillez réessayer dans un instant."),
        instead="Écrivez plutôt cette ligne dans une note interne du ticket :",
    ),
    "de": Words(
        ticket="Ticket {0}",
        ask={_ACK: "Eskalation übernehmen?", _APPROVE: "Eskalation genehmigen?", _DECLINE: "Eskalation ablehnen?"},
        means={
            _ACK: "Sie kümmern sich darum; solange Sie daran arbeiten, wird niemand sonst gefragt.",
            _APPROVE: "Die Eskalation beginnt, und jemand ist dafür zuständig.",
            _DECLINE: "Die Eskalation endet, bevor sie beginnt. Ihr Grund steht dann am Ticket.",
        },
        do={_ACK: "Übernehmen", _APPROVE: "Genehmigen", _DECLINE: "Ablehnen"},
        why="Warum lehnen Sie ab?",
        why_missing="Bitte nennen Sie den Grund.",
        made_for="Dieser Link ist für {0}. Wenn Sie das nicht sind, drücken Sie den Knopf bitte nicht.",
        taken=("Angekommen", "Eine Notiz am Ticket sagt, was daraus wurde. Sie können diese Seite schließen."),
        twice=("Schon benutzt", "Dieser Link gilt einmal. Die Notiz am Ticket sagt, was daraus wurde."),
        old=("Dieser Link ist zu alt", "Es wurde nichts geändert."),
        bad=("Dieser Link ist nicht gültig", "Er ist nicht vollständig oder nicht von uns. Es wurde nichts geändert."),
        off=("Ausgeschaltet", "Das Plugin arbeitet gerade nicht an diesem Helpdesk. Es wurde nichts geändert."),
        large=("Zu lang", "Bitte sagen Sie es kürzer. Es wurde nichts geändert."),
        later=("Gerade nicht", "Es konnte nicht gespeichert werden. Bitte versuchen Sie es gleich noch einmal."),
        instead="Schreiben Sie stattdessen diese Zeile in eine interne Notiz am Ticket:",
    ),
    "it": Words(
        ticket="Richiesta {0}",
        ask={_ACK: "Prendere in carico?", _APPROVE: "Approvare l'escalation?", _DECLINE: "Rifiutare l'escalation?"},
        means={
            _ACK: "Se ne occupa lei; finché ci lavora non viene chiamato nessun altro.",
            _APPROVE: "L'escalation comincia e ha un responsabile.",
            _DECLINE: "L'escalation finisce prima di cominciare. Il motivo resta annotato nella richiesta.",
        },
        do={_ACK: "Prendere in carico", _APPROVE: "Approvare", _DECLINE: "Rifiutare"},
        why="Perché rifiuta?",
        why_missing="Indichi il motivo.",
        made_for="Questo link è per {0}. Se non è lei, non prema il pulsante.",
        taken=("Ricevuto", "Una nota nella richiesta dirà l'esito. Può chiudere questa pagina."),
        twice=("Già usato", "Questo link vale una sola volta. La nota nella richiesta dice l'esito."),
        old=("Questo link è troppo vecchio", "Non è stato cambiato nulla."),
        bad=("Questo link non è valido", "È incompleto o non è nostro. Non è stato cambiato nulla."),
        off=("Disattivato", "Il plugin ora non lavora su questo helpdesk. Non è stato cambiato nulla."),
        large=("Troppo lungo", "Usi meno parole. Non è stato cambiato nulla."),
        later=("Non adesso", "Non è stato possibile salvare. Riprovi tra poco."),
        instead="Scriva invece questa riga in una nota interna della richiesta:",
    ),
    "nl": Words(
        ticket="Ticket {0}",
        ask={_ACK: "Escalatie oppakken?", _APPROVE: "Escalatie goedkeuren?", _DECLINE: "Escalatie afwijzen?"},
        means={
            _ACK: "U pakt het op; zolang u eraan werkt, wordt niemand anders gevraagd.",
            _APPROVE: "De escalatie begint en krijgt een verantwoordelijke.",
            _DECLINE: "De escalatie eindigt voordat ze begint. Uw reden komt op het ticket te staan.",
        },
        do={_ACK: "Oppakken", _APPROVE: "Goedkeuren", _DECLINE: "Afwijzen"},
        why="Waarom wijst u het af?",
        why_missing="Geef een reden op.",
        made_for="Deze link is voor {0}. Bent u dat niet, druk dan niet op de knop.",
        taken=("Ontvangen", "Een notitie op het ticket vertelt wat ervan kwam. U kunt deze pagina sluiten."),
        twice=("Al gebruikt", "Deze link werkt één keer. De notitie op het ticket vertelt wat ervan kwam."),
        old=("Deze link is te oud", "Er is niets veranderd."),
        bad=("Deze link is niet geldig", "Hij is niet volledig of niet van ons. Er is niets veranderd."),
        off=("Uitgeschakeld", "De plugin werkt nu niet aan deze helpdesk. Er is niets veranderd."),
        large=("Te lang", "Zeg het met minder woorden. Er is niets veranderd."),
        later=("Nu niet", "Het kon niet worden opgeslagen. Probeer het zo nog eens."),
        instead="Schrijf in plaats daarvan deze regel in een interne notitie op het ticket:",
    ),
}


def words_for(locale: str | None, default: str) -> tuple[str, Words]:
    """Return the language nearest to a reader's, and its words."""
    language = nearest(WORDS, locale, default) or "en"
    return language, WORDS[language]
