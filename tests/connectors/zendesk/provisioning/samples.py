"""A setup with one of everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.provisions import Macro, Setup, Shown, Sla, Way

ADDRESS = "https://escalation.acme.test/webhooks/acme"
MARK = "[escalation:acme]"


def setup(way: Way = Way.EVENTS, **changed: Any) -> Setup:
    given: dict[str, Any] = {
        "connection": "acme",
        "address": ADDRESS,
        "way": way,
        "slas": (
            Sla(tag="sla_sev1", update_every=timedelta(hours=1), resolve=timedelta(hours=8)),
            Sla(tag="sla_sev2", update_every=timedelta(seconds=5)),
        ),
        "macros": (
            Macro(key="ack", title="Acknowledge", about="Taken up.", tag="esc_ack"),
            Macro(key="request", title="Request", about="Say why.", line="/esc request sev3 "),
        ),
        "state_tag": "esc",
        "fields": (Shown(key="case_owner", title="Owner", shows="owner"),),
    }
    return Setup(**given | changed)
