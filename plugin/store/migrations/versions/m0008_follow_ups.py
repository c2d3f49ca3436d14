"""What follows a case: its cause, what prevents it, and actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables and what finds rows in them."""
    op.create_table(
        "follow_ups",
        sa.Column("seq", _ID, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String, nullable=False, unique=True),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("cause", sa.String),
        sa.Column("begun_at", sa.BigInteger),
        sa.Column("late_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("follow_ups_ticket", "follow_ups", ["connection", "ticket_id"])
    unfinished = sa.text("state = 'open'")
    op.create_index("follow_ups_open", "follow_ups", ["late_at"], sqlite_where=unfinished, postgresql_where=unfinished)
    op.create_table(
        "follow_up_actions",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("done_at", sa.BigInteger),
    )
    op.create_index("follow_up_actions_case", "follow_up_actions", ["case_id"])


def downgrade() -> None:
    """Drop them; what was told is lost."""
    op.drop_table("follow_up_actions")
    op.drop_table("follow_ups")
