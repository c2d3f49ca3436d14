"""What agents tell of a case's follow-up: `/esc cause`, `/esc action`, `/esc done`, `/esc prevention`.

Rule 1: it is told of the open case, else of the ticket's last one.
Rule 2: told again, the newer words stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from connectors.model import AddComment
from plugin.core.commands import Word
from plugin.core.follow_ups import LONGEST, MOST_ACTIONS, Action, Followed, FollowUp, FollowUpState, FollowUpTerms
from plugin.core.following_up import begun, new, term
from plugin.core.model import LIVE, Decision, Reason
from plugin.core.notes import note
from plugin.core.obeying import Told, refuse
from plugin.core.problems import unknown_word
from plugin.core.promised import promised_at
from plugin.core.templates import instant

_ACTION = re.compile(r"@?(\S+)(?:\s+(?:until|by)\s+(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?))?(?:\s+(.*))?", re.DOTALL)


def _on_its_follow_up(deed: Callable[[Told, FollowUpTerms, FollowUp], Decision]) -> Callable[[Told], Decision]:
    """Find the follow-up that is meant, or say why there is none."""

    def told_of(told: Told) -> Decision:
        terms = told.policy.conduct.follow_up
        case = told.case or told.last
        if terms is None:
            return refuse(told, 'the policy has no "follow_up"')
        if case is None:
            return refuse(told, "there was no case on this ticket")
        own = told.follow_ups.get(case.id)
        if own is None:
            own = new(told.policy, case, told.now)
            own = own if case.state in LIVE else replace(begun(own, terms, told.now), noted=True)
        return deed(told, terms, own)

    return told_of


def _cause(told: Told, terms: FollowUpTerms, own: FollowUp) -> Decision:
    code, _, text = told.command.text.partition(" ")
    code, text = code.casefold(), text.strip()
    if code not in terms.causes:
        return refuse(told, unknown_word(code[:40], list(terms.causes), what="cause"))
    if not text:
        return refuse(told, f"a cause needs its root cause: /{_prefix(told)} cause {code} WHAT WENT WRONG")
    after = replace(own, cause=code, root_cause=_bounded(text))
    return _answered(told, after, f"The cause is {code} ({terms.causes[code]}): {after.root_cause}")


def _prevention(told: Told, terms: FollowUpTerms, own: FollowUp) -> Decision:
    if not told.command.text:
        return refuse(told, "say what prevents it from happening again")
    after = replace(own, prevention=_bounded(told.command.text))
    return _answered(told, after, f"What prevents it: {after.prevention}")


def _action(told: Told, terms: FollowUpTerms, own: FollowUp) -> Decision:
    found = _ACTION.fullmatch(told.command.text)
    if found is None or not found[3]:
        return refuse(
            told,
            f'an action needs its owner and what is done: "/{_prefix(told)} action ana until '
            '2027-01-31 add a check to the release"',
        )
    people = {key.casefold(): key for key in told.policy.people}
    if found[1].casefold() not in people:
        return refuse(told, unknown_word(found[1][:40], list(people.values()), what="person"))
    due = promised_at(found[2], told.policy.zone) if found[2] else told.now + terms.within
    if due is None or not 2000 <= due.year < 2200:
        return refuse(told, f'"{found[2]}" is no date')
    if due <= told.now:
        return refuse(told, f"{instant(due, told.policy.zone)} is over")
    numbers = [action.number for one in told.follow_ups.values() for action in one.actions]
    if len(numbers) >= MOST_ACTIONS:
        return refuse(told, f"a ticket has {MOST_ACTIONS} actions at the most")
    owner, number = people[found[1].casefold()], max(numbers, default=0) + 1
    action = Action(number=number, owner=owner, text=_bounded(found[3]), term=term(terms, due, told.now))
    by = f"{told.policy.name_of(owner)} by {instant(due, told.policy.zone)}"
    return _answered(told, replace(own, actions=(*own.actions, action)), f"Action {number}, {by}: {action.text}")


def _done(told: Told, terms: FollowUpTerms, own: FollowUp) -> Decision:
    number = told.command.text.partition(" ")[0].lstrip("#")
    every = {str(action.number): (one, action) for one in told.follow_ups.values() for action in one.actions}
    if number not in every:
        return refuse(told, f'there is no action "{number[:40]}"; known: {", ".join(every) or "none"}')
    one, action = every[number]
    if action.done_at is not None:
        return refuse(told, f"action {number} is done since {instant(action.done_at, told.policy.zone)}")
    actions = (replace(a, done_at=told.now) if a.number == action.number else a for a in one.actions)
    return _answered(told, replace(one, actions=tuple(actions)), f"Action {number} is done.")


def _prefix(told: Told) -> str:
    return told.policy.conduct.commands.prefix


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _answered(told: Told, after: FollowUp, what: str) -> Decision:
    """Answer with what is noted, and with what is missing yet."""
    left = [*after.missing, *(f"action {action.number}" for action in after.undone)]
    lines = [what]
    if after.state is not FollowUpState.GATHERING:
        lines.append(f"Missing yet: {', '.join(left)}." if left else "Nothing is missing: the follow-up is finished.")
    said = AddComment(text=note(told.policy, None, *lines), public=False)
    return Followed(reason=Reason.FOLLOW_UP_TOLD, case=told.case, changes=(said,), follow_up=after)


DEEDS: Mapping[Word, Callable[[Told], Decision]] = {
    Word.CAUSE: _on_its_follow_up(_cause),
    Word.ACTION: _on_its_follow_up(_action),
    Word.DONE: _on_its_follow_up(_done),
    Word.PREVENTION: _on_its_follow_up(_prevention),
}
