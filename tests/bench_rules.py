"""Part of `make bench`: a thousand rules on one ticket, against a naive engine, and how long they take to compile.

Then the same with what costs most: a text in two languages for each rule, vocabularies, words of its own in each rule,
and a ticket of 64 kB of mostly different words.

The naive engine reads the same JSON anew for each ticket and walks every rule, as small JSON rule engines do.
Figures of one run compare with each other, not with another machine's.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.model import Comment, Party, Status, Ticket, TicketRef
from plugin.core.durations import duration
from plugin.core.evaluation import evaluate
from plugin.core.facts import of_ticket
from plugin.core.mirror import seen
from plugin.core.model import Mirror
from plugin.core.rules import compile_policy
from plugin.core.vocabulary import VOCABULARY
from plugin.documents import compile_document

RULES, ROUNDS = 1_000, 200
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = ["charged twice", "refund now", "caught fire", "lawyer", "chargeback", "smoke"]

TICKET = Ticket(
    ref=TicketRef(connection="acme", id="1"),
    version="v",
    created_at=NOON - timedelta(hours=3),
    updated_at=NOON,
    status=Status.OPEN,
    priority="high",
    type="incident",
    subject="My oven smokes",
    description="It was delivered last week and smokes. " * 20,
    tags=frozenset({"oven", "tag-7", "vip"}),
    group_id="20",
    comments=(Comment(id="1", at=NOON - timedelta(hours=3), by=Party.CUSTOMER, public=True, text="It smokes"),),
)


def rule(number: int) -> dict[str, Any]:
    """Return one of a thousand different rules of four shapes: by tag, by group, by time, by words."""
    open_ = {"field": "ticket.status", "operator": "in", "value": ["new", "open"]}
    by = [
        {"field": "ticket.tags", "operator": "contains", "value": f"tag-{number}"},
        {"field": "ticket.group", "operator": "is", "value": str(number)},
        {"field": "unanswered", "operator": "at_least", "value": f"{number % 40 + 4}h"},
        {"field": "ticket.text", "operator": "mentions", "value": [WORDS[number % 6], f"word{number}"]},
    ]
    shape = number % 20
    parts = [open_, by[0 if shape < 10 else 1 if shape < 16 else 2 if shape < 18 else 3]]
    to = {"issue_type": "x", "severity": f"sev{number % 4 + 1}"}
    return {"name": f"rule-{number}", "when": {"all": parts}, "escalate": to}


DOCUMENT: Mapping[str, Any] = {
    "format": 2,
    "rules": [rule(number) for number in range(RULES)],
    "matrix": [{"issue_type": "*", "severity": "*", "owner": "ana"}],
    "people": {"ana": {"name": "Ana", "ids": {}}},
}


VOCABULARIES, OWN_WORDS, DIFFERENT = 50, 1_000, 4_000
TEXTS = {
    "handover": "{{ rule.name }}: {% for line in because %}{{ line }}, {% endfor %}{{ case.severity }}",
    "told": {"en": "Hello {{ requester.name }}, {{ owner.name }} is on it", "pt": "Olá {{ requester.name }}"},
}
LARGE_TICKET = replace(
    TICKET, description=" ".join(f"said{number * 7_919 % DIFFERENT}on" for number in range(12_000))[:65_536]
)


def with_texts(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy with texts that every rule writes."""
    row = {**document["matrix"][0], "changes": {"internal_note": "handover", "public_comment": "told"}}
    return {**document, "templates": TEXTS, "matrix": [row]}


def with_vocabularies(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy with some rules that look for a vocabulary in a ticket's text."""
    names = list(VOCABULARY)
    wanted = [{"vocabulary": names[i % len(names)], "add": [f"own{i}"]} for i in range(VOCABULARIES)]
    return {**document, "rules": [*map(_mentioning, wanted), *document["rules"][VOCABULARIES:]]}


def with_own_words(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy with rules that each want words of their own not to be there."""
    wanted = [[f"word{i} thing", f"stem{i}*"] for i in range(OWN_WORDS)]
    return {**document, "rules": [{**_mentioning(words), "when": {"none": [_spoken(words)]}} for words in wanted]}


def _mentioning(words: Any) -> dict[str, Any]:
    name = f"mentions-{words['add'][0] if isinstance(words, dict) else words[1][:-1]}"
    return {"name": name, "when": _spoken(words), "escalate": {"issue_type": "x", "severity": "sev2"}}


def _spoken(words: Any) -> dict[str, Any]:
    return {"field": "ticket.text", "operator": "mentions", "value": words}


def naive(document: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Judge every rule from its JSON."""
    return [one["name"] for one in document["rules"] if _holds(one["when"], facts)]


def _holds(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    if "all" in when:
        return all(_holds(part, facts) for part in when["all"])
    fact, value = facts[when["field"]], when["value"]
    match when["operator"]:
        case "in":
            return fact in value
        case "is":
            return bool(fact == value)
        case "contains":
            return value in fact
        case "at_least":
            return bool(fact >= duration(value))
    return any(word in fact for word in value)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def checking(document: Mapping[str, Any]) -> float:
    """Return how long the schema and the compiler take."""
    return milliseconds(lambda: compile_document(document, title="bench"), 3)


def evaluating(document: Mapping[str, Any]) -> float:
    """Return how long a policy takes on a large ticket that changes each time, its words with it."""
    policy, tickets = compile_policy(document), iter(range(1_000))

    def work() -> None:
        ticket = replace(LARGE_TICKET, subject=f"number {next(tickets)}")
        evaluate(policy, of_ticket(ticket, seen(Mirror(), ticket)), NOON)

    return milliseconds(work, 20)


def heavy() -> None:
    """Print what costs most."""
    texts, vocabularies, own = with_texts(DOCUMENT), with_vocabularies(DOCUMENT), with_own_words(DOCUMENT)
    compiled = milliseconds(lambda: compile_policy(texts), 3)
    print(f"{RULES} rules that write texts, and a ticket of {len(LARGE_TICKET.description) // 1024} kB")
    print(f"  compile             {compiled:9.1f} ms")
    print(f"  schema and compile  {checking(texts):9.1f} ms")
    print(f"  {VOCABULARIES} vocabularies     {evaluating(vocabularies):9.1f} ms")
    print(f"  {OWN_WORDS} own words      {evaluating(own):9.1f} ms")


def main() -> None:
    policy = compile_policy(DOCUMENT)
    facts = of_ticket(TICKET, seen(Mirror(), TICKET))
    plain = {
        "ticket.status": "open",
        "ticket.tags": TICKET.tags,
        "ticket.group": TICKET.group_id,
        "unanswered": timedelta(hours=3),
        "ticket.text": f"{TICKET.subject} {TICKET.description}".lower(),
    }
    ordinary = replace(TICKET, tags=frozenset({"question"}), group_id="0")
    other = of_ticket(ordinary, seen(Mirror(), ordinary))
    few = milliseconds(lambda: evaluate(policy, replace(facts, told={}), NOON), ROUNDS)
    every = milliseconds(lambda: evaluate(policy, replace(facts, told={}), NOON, whole=True), 20)
    walked = milliseconds(lambda: naive(DOCUMENT, plain), 20)
    print(f"{RULES} rules on one ticket")
    print(f"  compile             {milliseconds(lambda: compile_policy(DOCUMENT), 3):9.1f} ms")
    print(f"  evaluate            {few:9.3f} ms")
    print(
        f"  an ordinary ticket  {milliseconds(lambda: evaluate(policy, replace(other, told={}), NOON), ROUNDS):9.3f} ms"
    )
    print(f"  with every trace    {every:9.3f} ms")
    print(f"  naive engine        {walked:9.3f} ms   {walked / few:.1f} times ours")
    heavy()


if __name__ == "__main__":
    main()
