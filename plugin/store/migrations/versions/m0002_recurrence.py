"""What recurrence and blast limits count, feeds kept, and who loaded which policy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NEW = ("policy_loads", "feeds", "held_tickets", "held_rules", "firings", "sightings")


def upgrade() -> None:
    """Make the tables and what finds rows in them."""
    op.add_column("tickets", sa.Column("done", sa.Integer, nullable=False, server_default="0"))
    _recurrence()
    _limits()
    op.create_table(
        "feeds",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("etag", sa.String),
        sa.Column("fetched_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "policy_loads",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("problem", sa.Text),
    )


def downgrade() -> None:
    """Drop them; recurrence starts counting anew."""
    for table in _NEW:
        op.drop_table(table)
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("done")


def _recurrence() -> None:
    op.create_table(
        "sightings",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("entity", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("requester", sa.String),
    )
    op.create_index("sightings_ticket", "sightings", ["connection", "ticket_id"])


def _limits() -> None:
    op.create_table(
        "firings",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("firings_rule", "firings", ["rule", "at"])
    op.create_table(
        "held_rules",
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "held_tickets",
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
