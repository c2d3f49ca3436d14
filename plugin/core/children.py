"""Tickets that are incidents of a problem: what each is told when the problem is escalated, and when it is solved.

Rule 1: a problem calls its children once for a case, and each time it is solved; marks in its memory say that it has.
Rule 2: a child is told what stands when it is looked at, each thing once; marks in its own memory say that it was.
Rule 3: a child that is done, opted out or linked to another problem by then is told nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from connectors.model import DONE, AddComment, Status, Ticket
from plugin.core.model import LIVE, Case, Decision, Mirror, Reason
from plugin.core.planning import ticket_values
from plugin.core.policy import Policy, Tidings
from plugin.core.templates import render_or_fallback
from plugin.core.texts.fallbacks import fallback

#: What a problem remembers by that it called its children, and a child by what it was told.
_CALLED, _ESCALATED, _SOLVED = "children_called:", "problem_escalated:", "problem_solved:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A problem's ticket as the store knows it."""

    id: str
    case_id: str | None = None  #: Of the open case.
    done: bool = False


def call(policy: Policy, mirror: Mirror, case: Case | None) -> str | None:
    """Return the mark by which a ticket calls its children now; None: there is nothing new to tell them."""
    if mirror.known.get("status") in DONE:
        told, what = policy.problem_solved, "solved"
    else:
        told, what = policy.problem_escalated, case.id if case and case.state in LIVE else ""
    mark = _CALLED + what
    return mark if told and what and mark not in mirror.fired else None


def reopened(mirror: Mirror) -> Mirror:
    """Return the memory of a problem that may be solved anew: incidents that are linked until then will be called."""
    mark = f"{_CALLED}solved"
    if mark not in mirror.fired or mirror.known.get("status", Status.SOLVED) in DONE:
        return mirror
    return replace(mirror, fired={name: one for name, one in mirror.fired.items() if name != mark})


def on_problem_moved(policy: Policy, case: Case | None, ticket: Ticket, mirror: Mirror, problem: Problem) -> Decision:
    """Tell a child just read how its problem stands, if it was not told that yet."""
    if problem.done:
        reason, told, mark = Reason.PROBLEM_SOLVED, policy.problem_solved, _SOLVED + problem.id
    else:
        reason, told, mark = Reason.PROBLEM_ESCALATED, policy.problem_escalated, f"{_ESCALATED}{problem.case_id}"
    moved = problem.done or problem.case_id is not None
    if told is None or not moved or mark in mirror.fired or ticket.tags & policy.opt_out_tags:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)
    said = tuple(_said(policy, told, ticket, problem, reason))
    problems = tuple(fault for _, fault in said if fault)
    changes, about = tuple(comment for comment, _ in said), {"problem": problem.id}
    return Decision(reason=reason, case=case, changes=changes, fired=(mark,), about=about, problems=problems)


def _said(
    policy: Policy, told: Tidings, ticket: Ticket, problem: Problem, reason: Reason
) -> Iterator[tuple[AddComment, str | None]]:
    values: Mapping[str, object] = {**ticket_values(ticket), "problem": {"id": problem.id}}
    locale, default = ticket.requester.locale if ticket.requester else None, policy.texts.default_language
    for name, language, public in ((told.internal_note, None, False), (told.public_comment, locale, True)):
        if name:
            _, text = policy.texts.pick(name, language)
            plain = fallback(reason.value, language, values, default_language=default)
            done = render_or_fallback(text, values, plain, name=name)
            yield AddComment(text=done.text, public=public), done.problem
