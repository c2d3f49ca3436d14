"""The pipeline's view of the helpdesk in memory."""

from __future__ import annotations

import pytest

from connectors.accounts import unconnected
from connectors.errors import Unparseable
from connectors.model import AddComment, Operation
from plugin.rehearsal.helpdesk import Helpdesk
from plugin.rehearsal.platform import RehearsalConnector, RehearsalPlatform
from tests.rehearsal.samples import CORA, REF, TOM, Standing, ticket


@pytest.fixture
def helpdesk() -> Helpdesk:
    desk = Helpdesk(clock=Standing())
    desk.take_in(ticket(), CORA, new=True)
    return desk


def test_a_body_is_read_as_the_event_it_names(helpdesk: Helpdesk) -> None:
    platform = RehearsalPlatform(helpdesk)

    (body,) = platform.bodies()

    assert [event.ticket for event in platform.parse(unconnected("acme", "rehearsal"), {}, body).events] == [REF]
    assert platform.bodies() == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"event": "none"}', b"{}"])
def test_any_other_body_cannot_be_read(helpdesk: Helpdesk, body: bytes) -> None:
    with pytest.raises(Unparseable):
        RehearsalPlatform(helpdesk).parse(unconnected("acme", "rehearsal"), {}, body)


def test_the_last_event_is_not_our_own(helpdesk: Helpdesk) -> None:
    platform, connector = RehearsalPlatform(helpdesk), RehearsalConnector(helpdesk)
    helpdesk.comment(REF, "Hello", TOM, public=True)
    connector.apply(
        Operation(id="op", ticket=REF, changes=(AddComment(text="x", public=False),)), base=helpdesk.ticket(REF)
    )
    platform.bodies()

    event = platform.last_event(REF)

    assert event is not None
    assert event.actor_id == TOM.id


def test_only_what_is_asked_for_is_read(helpdesk: Helpdesk) -> None:
    connector = RehearsalConnector(helpdesk)

    plain, comments, history = (
        connector.read(REF),
        connector.read(REF, comments=True),
        connector.read(REF, history=True),
    )

    assert (plain.comments, plain.history, plain.active_at) == (None, None, None)
    assert (comments.comments is not None, comments.history) == (True, None)
    assert (history.comments is not None, history.history is not None) == (True, True)


def test_markers_of_writes_that_arrived_are_found(helpdesk: Helpdesk) -> None:
    connector = RehearsalConnector(helpdesk)
    connector.apply(
        Operation(id="op-1", ticket=REF, changes=(AddComment(text="x", public=False),)), base=helpdesk.ticket(REF)
    )

    assert connector.landed(REF, ["op-1", "op-2"]) == {"op-1"}
