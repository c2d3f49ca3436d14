"""How a case is conducted stands in the written policy, and in what differs between two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plugin.core.rendering.conducting import TITLES
from plugin.core.rendering.differences import Difference, differences
from plugin.core.rendering.html import html
from plugin.core.rendering.markdown import markdown
from plugin.core.rendering.writing import page
from tests.core.rendering.drafts import FULL, draft_of, full

MARKDOWN, HTML = markdown(page(FULL)), html(page(FULL))


def written(**sections: Any) -> str:
    return markdown(page(draft_of(full() | sections)))


@pytest.mark.parametrize(
    "words",
    [
        "- **Approval:** Rui Costa decides; if nobody does within 15 minutes, it is approved.",
        "if not acknowledged within 1 hour (asked twice) or done within 1 day",
        "- **Before engineering is asked:** This must be known. The climb waits 30 minutes for it,",
        "  - **order id:** the field “Order number” is not empty, or the tag “esc_has_order_id” says so; the",
        "  - **cache cleared:** the tag “esc_has_cache_cleared” says so.",
        "- **When engineering is asked:** A ticket is opened on “lab”: project ENG, type Bug, priority high,",
        "It is made of the texts “which” and “holding”. The two are linked as “Escalation”.",
        "Its address is shown in “Order number”. When it is solved, the owner tells the customer.",
        "- **Before executive is asked:** Bea Dias decides; if nobody does within 4 hours, it is declined.",
        "The climb does not wait for it",
        "- **When:** Updates are promised for, and texts go out in, the hours of “office”.",
        "- **The owner is prompted:** By a note 15 minutes before a promised update is due.",
        "The customer gets the text “holding”; 3 texts in a row at most.",
        "Tickets and customers with the tag “auto_reply” or “bounced”.",
        "- **And once more:** After 2 days, with the text “again”.",
        "Without an answer, 6 days after the question.",
        "- **It is opened again:** By a reply within 14 days.",
        "- **For the vendor:** 1 day and 12 hours,",
        "- **Put off by its owner:** By 12 hours at most.",
        "- **It is escalated:** As “asked”, sev2 where the request names no severity.",
        "- **refund:** Bea Dias (up to 1,500) or Rui Costa decides; if nobody does within 4 hours, it is declined.",
        "or by the field “command”.",
        "- **deescalate:** Bea Dias and Rui Costa only.",
        "- **Notes offer as links:** “ack” and “approve”.",
        "  - **config:** Configuration mistake.",
        "- **Reminded:** Every day, 4 times at most.",
        "- **Owner:** Whoever is on duty in the rota “managers”.",
        "- **Beginning with “esc”:** Such as “esc”, “esc_sev1” and “esc_awaiting_ack”;",
        "- **State:** In the field “State of the case”.",
        "Customers read it when nobody wrote to them in time.",
        "Customers read it when they are asked whether the remedy holds.",
        "Continuamos a trabalhar nisso.",
        "Agents find it in the note on what is missing: “order id”, for the customer.",
        "Agents find it in the note on the known issue “login-down”, for the customer.",
    ],
)
def test_it_tells(words: str) -> None:
    assert words in MARKDOWN


def test_every_section_stands_on_the_html_page_too() -> None:
    assert [title for title in TITLES.values() if f">{title}</h3>" not in HTML] == []


def test_what_may_be_left_out_is_not_missed() -> None:
    text = written(
        updates={"at_most_in_a_row": 1},
        resolution={"ask": "ask"},
        requests={"severity": "sev1"},
        commands={"prefix": "case"},
        follow_up={"causes": {"config": "C"}, "required_for": []},
    )

    assert "By a note when a promised update is due." in text
    assert "- **Owner:** The owner of the case." in text
    for gone in (
        "Nobody wrote in time",
        "And once more",
        "Wanted of",
        "Notes offer",
        "No such texts",
        "### Text “again”",
    ):
        assert gone not in text


def test_a_person_may_own_what_follows() -> None:
    assert "- **Owner:** Bea Dias." in written(follow_up={"causes": {"config": "C"}, "owner": "bea"})


def test_a_need_of_many_parts_is_told_part_by_part() -> None:
    told = full()
    parts = [{"field": f"ticket.{name}", "operator": "present"} for name in ("brand", "form", "type")]
    told["ladders"]["fast"]["steps"][2]["needs"] = [{"name": "impact", "when": {"all": parts}}]

    text = markdown(page(draft_of(told)))

    assert "**impact:** the tag “esc_has_impact” says so, or all of these hold:\n    - the brand is not empty" in text


def found(change: Callable[[dict[str, Any]], object]) -> list[Difference]:
    document = full()
    change(document)
    return differences(FULL, draft_of(document))


@pytest.mark.parametrize(
    ("path", "value", "what", "before", "after"),
    [
        (["updates", "prompt_before"], "5m", "updates", "15 minutes before a promised", "5 minutes before a promised"),
        (["resolution", "close_after"], "7d", "resolution", "6 days after the question", "7 days after the question"),
        (["waiting", "vendor"], "1d", "waiting", "1 day and 12 hours", "For the vendor: 1 day"),
        (["requests", "approval", "otherwise"], "approve", "requests", "it is declined", "it is approved"),
        (["exceptions", "refund", "limits", "bea"], 50, "exceptions", "up to 1,500", "up to 50"),
        (["commands", "who", "deescalate"], ["rui"], "commands", "Bea Dias and Rui Costa only", "Rui Costa only"),
        (["follow_up", "due"], "2d", "follow_up", "3 days after the end", "2 days after the end"),
        (["state_tags"], "state", "state_tags", "“esc_sev1”", "“state_sev1”"),
        (["state_fields", "owner"], "command", "state_fields", "“case_owner”", "Owner: In the field “command”"),
        (["rules", 1, "approval", "within"], "1h", "rule danger", "within 15 minutes", "within 1 hour"),
        (["ladders", "fast", "steps", 1, "repeat"], 3, "ladder fast", "asked twice", "asked 3 times"),
        (["ladders", "fast", "steps", 1, "wait_for_needs"], "1h", "ladder fast", "waits 30 minutes", "waits 1 hour"),
    ],
)
def test_another_one_is_told_in_words(path: list[Any], value: object, what: str, before: str, after: str) -> None:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    [one] = found(change)

    assert (one.what, one.how, len(one.before), len(one.after)) == (what, "changed", 1, 1)
    assert before in one.before[0]
    assert after in one.after[0]


def test_a_step_may_open_a_ticket_and_no_more() -> None:
    steps = full()["ladders"]["fast"]["steps"]
    steps[1]["open_ticket"] = {"connection": "lab", "when_solved": "ask_customer"}

    told = written(ladders={"fast": {"steps": steps}})

    assert "A ticket is opened on “lab”. When it is solved, the customer is asked whether the remedy holds." in told


def test_a_section_that_is_gone_is_told_whole() -> None:
    [one] = [one for one in found(lambda document: document.pop("resolution")) if one.how == "removed"]

    assert one.what == "resolution"
    assert one.before[0] == "The customer is asked: With the text “ask” whether it holds."


def test_what_no_sentence_tells_is_told_with_its_place() -> None:
    [one] = found(lambda document: document["waiting"].pop("customer"))

    assert (one.what, one.before, one.after) == ("waiting", ("customer: 3d",), ())
