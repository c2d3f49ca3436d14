"""One decision may take more calls than two."""

from __future__ import annotations

from connectors.model import AddComment, AddTags, SetStatus, Status, TicketRef
from plugin.pipeline import apply
from tests.scenarios.world import ACME, living


def test_no_call_of_a_decision_is_left_out(migrated_url: str) -> None:
    note, told = AddComment(text="Done.", public=False), AddComment(text="It works again.", public=True)
    solved = SetStatus(status=Status.SOLVED)
    with living(migrated_url) as world:
        ref = TicketRef(connection=ACME, id=str(world.customer_writes(tags=["payment"])))
        read = world.parts.connector(ref.connection).read(ref)

        operations = apply.outbox(
            world.parts,
            (AddTags(tags=("done",)), note, told, solved),
            read,
            case_id="a",
            rule="payment",
            now=world.clock(),
        )

    assert [one.operation.changes for one in operations] == [(AddTags(tags=("done",)), note), (told,), (solved,)]
    assert [(one.rule, one.attempts) for one in operations] == [("payment", 1), (None, 0), (None, 0)]
