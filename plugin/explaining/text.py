"""An explanation for people.

Rule 1: the answer first, then its reasons, then the whole tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from plugin.core.conditions import HISTORY
from plugin.core.planning import describe
from plugin.core.why.explanation import Node, unknown, words
from plugin.core.why.hindrances import Hindrance, Kept
from plugin.core.why.reasoning import Explained, Outcome
from plugin.explaining.look import Look
from plugin.explaining.next_text import log_lines, next_lines
from plugin.explaining.report import Report
from plugin.explaining.tree_text import tree_lines

_KEPT: Mapping[Kept, str] = {
    Kept.RULE_OFF: "the rule is off",
    Kept.CONNECTION_OFF: "the connection is off",
    Kept.TICKET_DONE: "the ticket is done",
    Kept.OPTED_OUT: "the ticket is opted out",
    Kept.LINKED: "the ticket was opened for one of another connection, where its case is",
    Kept.RULE_SHADOW: "the rule is in shadow: it only tells",
    Kept.CONNECTION_SHADOW: "the connection is in shadow: rules only tell",
    Kept.KNOWN_ISSUE: "held back by a known issue",
    Kept.REMEDY_FIRST: "what the frontline may give comes first",
    Kept.ALREADY_FIRED: "it has fired as often as it may",
    Kept.INSIDE: "it has fired and held ever since; it must cease to hold first",
    Kept.COOLING_DOWN: "it is cooling down",
    Kept.HELD: "the rule is held for a person, see `escalation held list`",
    Kept.ALREADY_ESCALATED: "an open case is at least as severe",
    Kept.OUTRANKED: "another rule decides",
}


def as_text(report: Report, look: Look) -> str:
    """Write the whole explanation."""
    name = f"{report.connection}#{report.ticket}" if report.connection else report.ticket
    key = report.dossier.mirror.known.get("external_id") if report.dossier else None
    name += f" ({key})" if key else ""
    lines = [f"Ticket {name} at {look.time(report.at)}", f'Policy "{report.policy.name}" {report.policy.version}']
    lines += report.notes
    for one in report.rules:
        lines += ["", *_rule(one, look)]
    lines += _decision(report)
    if report.dossier:
        lines += ["", *next_lines(report, report.dossier, look), *log_lines(report.dossier.log, look)]
    return "\n".join(lines)


def _rule(one: Explained, look: Look) -> Iterator[str]:
    told = f"{one.rule.name} ({one.rule.mode}, {one.rule.issue_type} {one.rule.severity})"
    yield f"{look.mark(one.tree.holds)} {told} {_answer(one, look)}"
    for stop in one.stops:
        yield f"    - {stop.what}"
    if one.outcome is not Outcome.WOULD_FIRE:
        yield from _reasons(one, look)
    yield from tree_lines(one.tree, look, indent="    ")


def _answer(one: Explained, look: Look) -> str:
    """Say in a few words what becomes of the rule."""
    if one.outcome is Outcome.WOULD_FIRE:
        return "holds: it would fire now" + (", once more" if one.last else "")
    if one.outcome is Outcome.WILL_FIRE and one.comes_at:
        again = "again " if one.last else ""
        return f"will fire {again}at {look.time(one.comes_at)} unless"
    if one.outcome is Outcome.FIRED and one.last:
        times = f", {one.last.count} times" if one.last.count > 1 else ""
        return f"fired at {look.time(one.last.at)}{times}; it {_holds(one)}"
    if one.outcome is Outcome.UNKNOWN:
        return f"cannot be told: {_missing(unknown(one.tree))}"
    return f"{_holds(one)}: it does not fire"


def _missing(facts: Sequence[str]) -> str:
    """Say what is not known, and of pauses where they can be read."""
    plain = [fact for fact in facts if fact != HISTORY]
    told = [f"{', '.join(plain)} {'are' if len(plain) > 1 else 'is'} not known"] if plain else []
    if HISTORY in facts:
        told.append("its clock's pauses are not known: a file tells no history, --id with --read does")
    return "; ".join(told)


def _holds(one: Explained) -> str:
    return {True: "holds", False: "does not hold", None: "cannot be told"}[one.tree.holds]


def _reasons(one: Explained, look: Look) -> Iterator[str]:
    """Yield what keeps the rule from acting: the test that fails, then everything else."""
    if one.failing is not None and one.outcome is not Outcome.UNKNOWN:
        yield f"    because {_failing(one.failing)}"
    for kept in one.kept:
        yield f"    kept back: {_kept(kept, look)}"
    if one.outcome is not Outcome.WILL_FIRE and not one.tree.holds:
        yield from _in_time(one, look)


def _failing(node: Node) -> str:
    line = node.line
    wanted = "" if line.wanted is None else f" {words(line.wanted)}"
    return f"{node.path}: {line.field} {line.operator}{wanted}; seen: {words(line.seen)}"


def _kept(one: Hindrance, look: Look) -> str:
    told = _KEPT[one.kept] + (f": {one.told}" if one.told else "")
    told += f", since {look.time(one.since)}" if one.since else ""
    return told + (f", until {look.time(one.until)}" if one.until else "")


def _in_time(one: Explained, look: Look) -> Iterator[str]:
    if one.comes_at:
        yield f"    by time alone it comes to hold at {look.time(one.comes_at)}"
    elif one.forecast.looked_until:
        yield f"    not by time alone before {look.time(one.forecast.looked_until)}; farther was not looked"
    elif one.outcome is Outcome.NOT_FIRED:
        yield "    time alone will never make it act"


def _decision(report: Report) -> Iterator[str]:
    if report.decision is None:
        return
    yield f"\nDecision: {report.decision.reason}"
    if report.owner:
        yield f"Owner: {report.owner}"
    if report.chosen:
        yield f"  chosen as {report.chosen}"
    for change in report.plan:
        yield f"  would {change_words(describe(change))}"


def change_words(told: Mapping[str, object]) -> str:
    """Write a change for people: `set priority: urgent`."""
    what = str(told["change"]).replace("_", " ")
    rest = ", ".join(words(value) for key, value in told.items() if key not in ("change", "characters"))
    if "characters" in told:
        return f"write {_article(what)} {what} of {told['characters']} characters"
    return f"{what}: {rest}"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
