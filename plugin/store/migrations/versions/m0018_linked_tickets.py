"""Tickets of other accounts that were opened for a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Begin with none."""
    op.create_table(
        "linked_tickets",
        sa.Column("seq", _ID, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("to_connection", sa.String, nullable=False),
        sa.Column("to_ticket", sa.String),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("linked_tickets_ticket", "linked_tickets", ["connection", "ticket_id"])
    op.create_index("linked_tickets_to", "linked_tickets", ["to_connection", "to_ticket"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("linked_tickets")
