"""Why something happened, or why nothing did."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something happened, or why nothing did; the operator reads these in the log."""

    # Nothing to do
    NO_RULE_HOLDS = "no_rule_holds"
    OUR_OWN_ECHO = "our_own_echo"
    TICKET_DONE = "ticket_done"  #: Solved or closed: nothing is escalated.
    TICKET_GONE = "ticket_gone"
    ALREADY_ESCALATED = "already_escalated"  #: An open case is at least as severe.
    ALREADY_FIRED = "already_fired"  #: The rule fires once per ticket.
    NOT_EXPECTED_NOW = "not_expected_now"  #: The case's state has no such move.
    CONNECTION_OFF = "connection_off"
    COOLING_DOWN = "cooling_down"  #: The rule holds, and may act on this ticket again only later.
    OPTED_OUT = "opted_out"  #: The ticket carries a tag by which agents keep the policy off it.
    HELD = "held"  #: The rule acted on as many tickets as it may in an hour: it waits for a person.
    KNOWN_ISSUE = "known_issue"  #: The ticket is about a known issue: it is told the answer instead of escalated.
    REMEDY_FIRST = "remedy_first"  #: The frontline may give something first: the rule acts if it holds afterwards.
    LINKED = "linked"  #: The ticket was opened for one of another account: its case is there.
    # A case moved
    RULE_HOLDS = "rule_holds"
    SHADOW = "shadow"  #: The rule holds, but may only tell.
    RAISED = "raised"  #: A more severe rule holds on an open case.
    REPEATED = "repeated"  #: The rule acts again on its open case, as its re-fire policy says.
    ACKNOWLEDGED = "acknowledged"  #: The owner has taken the case up.
    OWNER_CHANGED = "owner_changed"  #: A person gave the ticket to another one: that is the owner now.
    ASKED_AGAIN = "asked_again"  #: The owner's time was up: the same owner is asked once more.
    CLIMBED = "climbed"  #: The owner's time was up: the next step of the ladder owns the case.
    LADDER_ENDED = "ladder_ended"  #: The owner's time was up, and nobody comes after.
    PROMISE_DUE = "promise_due"  #: The next update was promised for about now.
    PROMISE_KEPT = "promise_kept"  #: A person answered the customer.
    PROMPTS_EXHAUSTED = "prompts_exhausted"
    PROMISE_NEAR = "promise_near"  #: The promised update is due soon: its owner is prompted.
    HOLDING_TEXT = "holding_text"  #: Nobody wrote in time: the policy's own text tells the customer so.
    STARTED = "started"  #: The owner works on it.
    WAITING = "waiting"  #: Somebody else has to do something first.
    WAIT_OVER = "wait_over"  #: What was waited for came, or its time is up.
    SNOOZED = "snoozed"  #: The owner's time was put off.
    HANDED_OFF = "handed_off"  #: An agent sent it up the ladder.
    REQUESTED = "requested"  #: An agent asked for an escalation.
    INCOMPLETE = "incomplete"  #: The next step needs to know more: the climb waits for it a while.
    APPROVAL_WANTED = "approval_wanted"  #: Somebody must approve it before it is a case with an owner.
    APPROVED = "approved"
    DECLINED = "declined"
    APPROVAL_LATE = "approval_late"  #: Nobody decided in time: what the policy says for that happens.
    DE_ESCALATED = "de_escalated"  #: A person says that it needs no escalation any more.
    REMEDIED = "remedied"  #: The remedy is in: the customer is asked if it holds.
    ASKED = "asked"  #: The customer is asked if the remedy holds, now that the policy writes to customers.
    CHASED = "chased"  #: The customer was asked once more.
    CONFIRMED = "confirmed"  #: The customer says that it is good.
    REJECTED = "rejected"  #: The customer says that it is not.
    UNCLEAR_ANSWER = "unclear_answer"  #: The customer wrote something else: a person decides.
    CLOSED_IN_SILENCE = "closed_in_silence"  #: The customer was asked and said nothing.
    REOPENED = "reopened"
    INHERITED = "inherited"  #: A ticket was merged into this one, and its case came along.
    COMMAND_REFUSED = "command_refused"  #: Not now, or not by this person; the note says why.
    FOLLOW_UP_BEGUN = "follow_up_begun"  #: The case has ended: cause, prevention and actions are wanted.
    FOLLOW_UP_TOLD = "follow_up_told"
    FOLLOW_UP_REMINDED = "follow_up_reminded"
    FOLLOW_UP_OVERDUE = "follow_up_overdue"  #: Reminded of, and the time for it is up.
    FOLLOW_UP_FINISHED = "follow_up_finished"
    OPT_OUT = "opt_out"  #: An agent keeps the policy off the ticket from now on.
    FOUND_LATER = "found_later"  #: The ticket's own history told what no webhook had.
    TICKET_SOLVED = "ticket_solved"
    TICKET_DELETED = "ticket_deleted"
    PROBLEM_ESCALATED = "problem_escalated"  #: The problem of which the ticket is an incident has an open case.
    PROBLEM_SOLVED = "problem_solved"  #: The problem of which the ticket is an incident is solved.
    REMEDY_USED = "remedy_used"  #: An agent's tag says that a remedy was given to the customer.
    RULE_NO_LONGER_HOLDS = "rule_no_longer_holds"  #: Seen when re-read just before writing.
    # A ticket of another account, opened for the case
    LINKED_WANTED = "linked_wanted"
    LINKED_OPENED = "linked_opened"
    LINKED_LATE = "linked_late"  #: Its helpdesk cannot be reached; it is tried again.
    LINKED_REFUSED = "linked_refused"
    LINKED_WITHDRAWN = "linked_withdrawn"  #: Nobody needs it any more.
    LINKED_TAKEN_UP = "linked_taken_up"  #: Somebody works on it there.
    LINKED_SOLVED = "linked_solved"
    LINKED_REOPENED = "linked_reopened"
    LINKED_GONE = "linked_gone"
    LINKED_TOLD = "linked_told"  #: Its people are told what became of the case.
    # The helpdesk's SLA
    SLA_APPLIED = "sla_applied"  #: The ticket has targets, by the policy that is named where the helpdesk tells it.
    SLA_NOT_APPLIED = "sla_not_applied"  #: The tag was written, and another policy won, or none.
    SLA_REMOVED = "sla_removed"  #: The tag was taken away, and its policy with it.
    SLA_UNKNOWN = "sla_unknown"  #: The tag was written or taken away; the helpdesk does not tell what came of it.
    # Something was written, or not
    APPLIED = "applied"
    ALREADY_LANDED = "already_landed"  #: The marker was found: an earlier try had arrived.
    NOTHING_DIFFERS = "nothing_differs"
    HUMAN_CHANGED_IT = "human_changed_it"  #: A field was changed by a person meanwhile; theirs stays.
    WITHDRAWN = "withdrawn"  #: What it belonged to is no longer wanted.
    CONFLICT = "conflict"
    TEMPORARY = "temporary"
    FEW_CALLS_LEFT = "few_calls_left"  #: It waits, so that what customers read can still be written.
    UNKNOWN_OUTCOME = "unknown_outcome"
    REFUSED_IN_PART = "refused_in_part"  #: One place of it; the rest is written without.
    REFUSED = "refused"  #: The platform will never take it; see the dead letters.
    UNREADABLE = "unreadable"  #: A signed body that is no event we can read.
