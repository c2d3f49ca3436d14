"""Messages to destinations, and when each destination was told last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "destinations",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("lease_token", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("problem", sa.Text),
    )
    op.create_table(
        "messages",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("destination", sa.String, nullable=False),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("document", sa.Text, nullable=False),
    )
    for state in ("waiting", "dead"):
        condition = sa.text(f"state = '{state}'")
        op.create_index(
            f"messages_{state}",
            "messages",
            ["destination", "id"],
            sqlite_where=condition,
            postgresql_where=condition,
        )


def downgrade() -> None:
    """Drop them; what waits is never sent."""
    op.drop_table("messages")
    op.drop_table("destinations")
