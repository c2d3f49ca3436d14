"""A policy in writing: complete, the same each time, and harmless whatever stands in it."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from plugin.core.rendering.html import html
from plugin.core.rendering.markdown import markdown, plain
from plugin.core.rendering.page import Flow, Heading
from plugin.core.rendering.writing import page
from plugin.documents import check
from tests.core.rendering.drafts import FULL, draft_of, full
from tests.core.samples import document

PAGE = page(FULL)
MARKDOWN, HTML = markdown(PAGE), html(PAGE)
EVIL = '<img src=x onerror=alert(1)> | `x` *b* [l](http://e.vil) "]:::c & \n# no heading'
VOID = {"meta"}


class Tree(HTMLParser):
    """Reads a page as strictly as no browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.open += [] if tag in VOID else [tag]
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"] or ""] if "href" in given else []
        self.loaded += [name for name in given if name in ("src", "srcset", "style", "data") or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path",):
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()


def read(text: str) -> Tree:
    tree = Tree()
    tree.feed(text)
    tree.close()
    assert tree.open == []
    return tree


def evil() -> dict[str, Any]:
    """Return a policy whose every text for people means harm."""
    told = full()
    told["name"] = told["description"] = EVIL
    told["fields"]["order_id"]["name"] = told["groups"]["care"]["name"] = EVIL
    told["people"]["ana"]["name"] = told["ladders"]["fast"]["description"] = EVIL
    told["rules"][0]["description"] = EVIL
    told["rules"][1]["when"]["all"][1]["any"][0]["value"] = ["/".join(EVIL.split())]  # a tag has no blanks
    for rule in (told["rules"][0], *told["rules"][2:]):
        rule["escalate"]["issue_type"] = EVIL
    told["matrix"][1]["issue_type"] = EVIL
    told["remedies"][0]["kind"] = told["remedies"][0]["amount"] = EVIL
    told["templates"]["told"] = f"```\n</pre>{EVIL}"
    return told


def test_the_sample_is_in_order() -> None:
    check(full(), "policy", title="full.json")


@pytest.mark.parametrize(
    "words",
    [
        "# Kitchens \\& \\<Ovens\\>",
        f"version {FULL.policy.version}, as of 2026-11-25",
        "  - the customer has waited at least 4 hours for a public answer, counted in the hours of “office”;",
        "Every 4 hours while it goes on holding, 3 times in all; the customer is not written to again; on 20 tickets",
        "- **Standing:** On trial: it only tells what it would do.",
        "- **Besides:** Add the tag “danger” and add Bea Dias as a follower.",
        "| safety | sev1 | ladder “fast”, beginning with whoever is on duty in the rota “managers” |",
        "| waiting | any | whoever is on duty in the rota “managers” | an update every 1 hour and 30 minutes<br>",
        '  s1 -->|"if not acknowledged within 15 minutes or done within 4 hours, counted in the hours of “office”"| s2',
        "- Exception: Rui Costa from Thu 2026-12-24 09:00 to Sat 2026-12-26 09:00.",
        "Ana Lopes and Bea Dias take turns of 1 week, while “office” is open, handing over on Monday at 09:00;",
        "- Turns come from a calendar feed.",
        "| Monday to Thursday | 09:00 to 13:00, 14:00 to 18:00 |",
        "- Tue 2026-12-01: closed (Restoration of Independence Day)",
        "- Thu 2026-12-31: 09:00 to 12:00 (exception)",
        "| sev1 | safety | 15 minutes | 1 hour | 1 day |",
        "Olá {{ requester.name }},",
        "| ana@example.com | pt | Europe/Lisbon, “office” | Rui Costa | Bea Dias | 2026-12-20 to 2027-01-03 |",
        "sev1 is worst, sev4 the least",
    ],
)
def test_it_tells(words: str) -> None:
    assert words in MARKDOWN


def test_what_is_over_is_not_told() -> None:
    later = markdown(page(draft_of(full(), date(2027, 6, 1))))

    assert "Exception:" in MARKDOWN
    assert "2026-01-07" not in MARKDOWN
    assert "Exception:" not in later
    assert "2027-01-03" not in later


def test_rules_stand_in_the_order_in_which_they_win() -> None:
    rules = [block.text for block in PAGE.blocks if isinstance(block, Heading) and block.anchor.startswith("rule-")]

    assert rules == ["danger", "waits", "same-order", "asleep"]


def test_it_is_the_same_each_time() -> None:
    again = page(draft_of(full()))

    assert (markdown(again), html(again)) == (MARKDOWN, HTML)


def test_a_small_policy_has_no_empty_chapters() -> None:
    titles = [b.text for b in page(draft_of(document())).blocks if isinstance(b, Heading) and b.level == 2]

    assert titles == ["When we escalate", "Who owns it", "What customers may count on", "People and stand-ins", "Words"]


def test_a_policy_without_rules_says_so() -> None:
    told = {**document(), "rules": []}
    del told["groups"], told["matrix"][1]["changes"]["group"]

    text = markdown(page(draft_of(told)))

    assert "### Groups" not in text
    assert "No rule escalates anything yet." in text
    assert "What customers may count on" not in text


def test_the_page_is_whole_and_loads_nothing() -> None:
    tree = read(HTML)

    assert {"main", "nav", "h1", "caption", "svg", "title", "desc"} <= tree.tags
    assert tree.tags & {"script", "link", "img", "iframe", "object", "base"} == set()
    assert tree.loaded == []
    assert len(tree.ids) == len(set(tree.ids))
    assert {link.removeprefix("#") for link in tree.links} <= set(tree.ids)
    assert not re.search(r"url\((?!#)|@import|https?:", HTML)


def test_texts_are_marked_with_their_language() -> None:
    assert '<pre lang="pt">Olá' in HTML


def test_a_harmful_policy_is_harmless_as_html() -> None:
    tree = read(html(page(draft_of(evil()))))

    assert "img" not in tree.tags
    assert tree.loaded == []


def test_a_harmful_policy_is_harmless_as_markdown() -> None:
    text = markdown(page(draft_of(evil())))
    prose = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)

    assert "<img" not in prose.replace("\\<", "")
    assert "](" not in prose.replace("\\](", "")
    assert not re.search(r"^# no heading", prose, re.MULTILINE)
    assert "````text" in text


def test_a_label_of_a_drawing_cannot_leave_it() -> None:
    drawn = re.findall(r"```mermaid\n(.*?)```", markdown(page(draft_of(evil()))), re.DOTALL)

    assert drawn
    assert all(line.count('"') in (0, 2) for line in drawn[0].splitlines())
    assert "<img" not in drawn[0]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("esc_safety", "esc_safety"),
        ("_no_ stress", "\\_no\\_ stress"),
        ("a\nb", "a b"),
    ],
)
def test_a_text_reads_as_itself(text: str, written: str) -> None:
    assert plain(text) == written


def test_every_arrow_is_told_to_those_who_do_not_see_the_drawing() -> None:
    flow = next(block for block in PAGE.blocks if isinstance(block, Flow))

    assert len(flow.boxes) == len(flow.arrows)
    assert "Frontline: whoever is on duty in the rota “managers”; if not acknowledged within 15 minutes" in HTML


def test_what_may_be_left_out_is_not_missed() -> None:
    told = full()
    told["opt_out_tags"] = []
    del told["ladders"]["fast"]["description"], told["calendars"]["office"]["holidays"]
    told["calendars"]["office"]["exceptions"] = {}
    told["matrix"][2]["changes"] = {"assignee": "bea"}
    told["people"]["ana"]["out_of_office"] = [
        {"from": "2026-11-01", "to": "2026-11-02"},
        {"from": "2026-12-01T09:00", "to": "2026-12-02T12:00"},
    ]

    text = markdown(page(draft_of(told)))

    assert "is left alone" not in text
    assert "Days to come" not in text
    assert "| any | any | Rui Costa | nothing | assign Bea Dias |" in text
    assert "| Tue 2026-12-01 09:00 to Wed 2026-12-02 12:00 |" in text
    assert "2026-11-02" not in text


def test_what_comes_before_a_case_is_told() -> None:
    text = markdown(PAGE)

    for line in (
        "Add the tag “known_issue”, link the ticket to 4711 on acme, write the internal note “answer”",
        "Rules of sev2 or milder.",
        "At most 20 tickets in a minute.",
        "Write the internal note “problem_up” and write the text “problem_told” to the customer.",
        "Refund 20 EUR.",
        "1 time in 30 days for one customer, at most.",
    ):
        assert line in text
