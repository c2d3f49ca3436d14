"""What each reason means, in the words of `docs/reference/reasons.md`; a test holds the two against each other."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.model import Reason

MEANINGS: Mapping[Reason, str] = {
    Reason.NO_RULE_HOLDS: "No rule holds. If time alone can change that, a timer is set for the first such instant.",
    Reason.OUR_OWN_ECHO: "The event was caused by the plugin's own write.",
    Reason.TICKET_DONE: "The ticket is solved or closed: nothing is escalated.",
    Reason.TICKET_GONE: "The ticket was deleted, marked as spam or merged, or is not there when it is read.",
    Reason.ALREADY_ESCALATED: (
        "The rule holds, but an open case is at least as severe, or another rule that holds decided."
    ),
    Reason.ALREADY_FIRED: "The rule fires once per ticket.",
    Reason.NOT_EXPECTED_NOW: "The case's state has no such move.",
    Reason.CONNECTION_OFF: "The connection's mode is off.",
    Reason.COOLING_DOWN: "The rule holds, and may act on this ticket again only later: see acting again.",
    Reason.OPTED_OUT: "The ticket carries one of the policy's opt_out_tags.",
    Reason.HELD: (
        "The rule acted on as many tickets in an hour as its max_per_hour allows: it is held until a person "
        "releases it."
    ),
    Reason.KNOWN_ISSUE: "The ticket is about a known issue: it is told the answer, and the rule is held back.",
    Reason.REMEDY_FIRST: (
        "The frontline may give a remedy first: agents are told which, and the rule acts if it still holds afterwards."
    ),
    Reason.RULE_HOLDS: "A case was opened, with one owner.",
    Reason.SHADOW: "The rule holds, but its mode or the connection's allows it only to tell.",
    Reason.RAISED: "A rule of a worse severity holds: the open case was raised.",
    Reason.REPEATED: "The rule acts again on its open case, as its refire says; the customer hears nothing of it.",
    Reason.ACKNOWLEDGED: "The owner did something on the ticket: the case is taken up, and the climb stops.",
    Reason.OWNER_CHANGED: "A person gave the ticket to somebody of the policy, who owns the case now.",
    Reason.CLIMBED: "The owner's time was up: the next step of the ladder that has somebody owns the case now.",
    Reason.LADDER_ENDED: "The owner's time was up, and nobody comes after on the ladder: the admin is named in a note.",
    Reason.PROMISE_DUE: (
        "The next update was promised to the customer for now, and nobody has written: the owner is prompted by a note."
    ),
    Reason.PROMISE_KEPT: "A person answered the customer: the next promise runs from there.",
    Reason.PROMPTS_EXHAUSTED: (
        "The owner was prompted three times for this promise; from now on only the log is, once a day at the most."
    ),
    Reason.INCOMPLETE: (
        "The next step of the ladder needs to know what the ticket does not tell: the cli"
        "mb waits for it, and a note lists it."
    ),
    Reason.ASKED_AGAIN: ("The owner's time was up: the same owner is asked once more."),
    Reason.STARTED: "The owner works on the case.",
    Reason.WAITING: "The case waits for the customer, a vendor or an approval: the climb stops for as long.",
    Reason.WAIT_OVER: "What the case waited for came, or the time for it is up: the work goes on.",
    Reason.SNOOZED: "The owner's time was put off by a command.",
    Reason.HANDED_OFF: "An agent sent the case up its ladder.",
    Reason.REQUESTED: "An agent asked for an escalation: a case was opened.",
    Reason.APPROVAL_WANTED: "Somebody must approve the case before it has an owner.",
    Reason.APPROVED: "Whoever may approve the case did: it has its owner and its clocks.",
    Reason.DECLINED: "Whoever may approve the case did not: it ended.",
    Reason.APPROVAL_LATE: "Nobody approved or declined in time: what the policy says for that happened.",
    Reason.DE_ESCALATED: "A person says that the ticket needs no escalation any more: the case ended.",
    Reason.OPT_OUT: "An agent keeps the policy off the ticket from now on.",
    Reason.INHERITED: (
        "A ticket was merged into this one: its case goes on here, or is one with the case that is open already."
    ),
    Reason.COMMAND_REFUSED: "A command was not obeyed; the note on the ticket says why.",
    Reason.PROMISE_NEAR: "The next update promised to the customer is due soon: its owner is prompted by a note.",
    Reason.HOLDING_TEXT: (
        "Nobody wrote to the customer in time: the policy's own text went out, and a new time was promised."
    ),
    Reason.REMEDIED: "The remedy is in: the customer is asked if it holds.",
    Reason.ASKED: "The customer is asked if the remedy holds, now that the send window is open.",
    Reason.CHASED: "The customer was asked once more if the remedy holds.",
    Reason.CONFIRMED: "The customer says that the remedy holds: the case is closed.",
    Reason.REJECTED: "The customer says that the remedy does not hold: the case goes on.",
    Reason.UNCLEAR_ANSWER: "The customer wrote something that is no plain yes or no: a person decides.",
    Reason.CLOSED_IN_SILENCE: "The customer was asked and nothing was heard: the case is closed.",
    Reason.REOPENED: "The customer wrote again, or the ticket was opened again: the case goes on with the same owner.",
    Reason.FOLLOW_UP_BEGUN: "The case has ended, and its follow-up begins: a note lists what is missing.",
    Reason.FOLLOW_UP_TOLD: "An agent told something of the follow-up.",
    Reason.FOLLOW_UP_REMINDED: "Something of the follow-up is due soon: its owner is reminded by a note.",
    Reason.FOLLOW_UP_OVERDUE: (
        "Something of the follow-up was not done in time: its owner is reminded, after so many reminders the admin; "
        "from then on only the log is told, once a week."
    ),
    Reason.FOLLOW_UP_FINISHED: "Everything of the follow-up is told, and every action is done.",
    Reason.FOUND_LATER: (
        "What people did was found in the ticket's own history, and no webhook had told it: it is worked on now."
    ),
    Reason.TICKET_SOLVED: "The ticket was solved or closed: its case is closed.",
    Reason.TICKET_DELETED: "The ticket was deleted, marked as spam or merged: its case is cancelled.",
    Reason.PROBLEM_ESCALATED: "The problem of which the ticket is an incident was escalated: it is told so once.",
    Reason.PROBLEM_SOLVED: "The problem of which the ticket is an incident was solved: it is told so once.",
    Reason.REMEDY_USED: "An agent's tag says that a remedy was given: it counts for this customer.",
    Reason.RULE_NO_LONGER_HOLDS: (
        "On the fresh read just before a repeated write the rule does not hold any more: nothing is written."
    ),
    Reason.LINKED: "The ticket was opened for one of another connection, where its case is: no rule escalates it.",
    Reason.LINKED_WANTED: "The step opens a ticket on another connection: that is done next.",
    Reason.LINKED_OPENED: "A ticket was opened on another connection; a note says where.",
    Reason.LINKED_LATE: "The other connection cannot open a ticket now: it is tried again, and the case goes on.",
    Reason.LINKED_REFUSED: "No ticket could be opened on the other connection; a note says why.",
    Reason.LINKED_WITHDRAWN: "The case ended before the ticket was opened on the other connection: nobody needs it.",
    Reason.LINKED_TAKEN_UP: "Somebody works on the linked ticket: the step counts as acknowledged.",
    Reason.LINKED_SOLVED: "The linked ticket was solved: the case moves as its step says.",
    Reason.LINKED_REOPENED: "The linked ticket was opened again: a case that was resolved goes on.",
    Reason.LINKED_GONE: "The linked ticket was deleted, or our user may not see it any more; a note says so.",
    Reason.LINKED_TOLD: "A note on the linked ticket says what became of the case.",
    Reason.SLA_APPLIED: (
        "The ticket has targets; where an SLA policy is named and the helpdesk tells which one won, it is that one."
    ),
    Reason.SLA_NOT_APPLIED: (
        "The ticket has no target, or another policy won: it stands before the one that is wanted, and fits as well."
    ),
    Reason.SLA_REMOVED: "The tag was taken away, with the case raised or de-escalated, and its policy is gone.",
    Reason.SLA_UNKNOWN: (
        "The helpdesk does not tell enough to say: only an admin's credentials see which SLA policy applies."
    ),
    Reason.APPLIED: "It is written.",
    Reason.ALREADY_LANDED: "The marker of an earlier try was found in the ticket: nothing is sent again.",
    Reason.NOTHING_DIFFERS: "The ticket already shows all that was wanted: no call was made.",
    Reason.HUMAN_CHANGED_IT: "A person changed a place since the decision: theirs stays.",
    Reason.WITHDRAWN: "What the write belonged to is no longer wanted.",
    Reason.CONFLICT: "Somebody changed the ticket since it was read: it is read and decided again.",
    Reason.TEMPORARY: "The platform cannot do it now: it is tried again later.",
    Reason.FEW_CALLS_LEFT: (
        "Few calls are left for now: they are for what customers read, and this is sent a little later."
    ),
    Reason.UNKNOWN_OUTCOME: "No whole answer came: the marker is looked for before anything is sent again.",
    Reason.REFUSED_IN_PART: "The platform refused a place of it, which the line names: the rest is sent without.",
    Reason.REFUSED: "The platform will never take it: it waits for a person among the dead letters.",
    Reason.UNREADABLE: "A signed body that cannot be read as an event.",
}


def meaning(reason: Reason) -> str:
    """Return what a reason means, in a sentence or two."""
    return MEANINGS.get(reason, reason.value)
