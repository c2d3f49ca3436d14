"""What calls are made and why, what a platform still allows, and how often a ticket was written to lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_DONE = sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    """Count from now on."""
    op.create_table(
        "calls",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("endpoint", sa.String, primary_key=True),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
    )
    op.create_index("calls_day", "calls", ["day"])
    op.create_table(
        "allowances",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("endpoint", sa.String, primary_key=True),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    columns = ["connection", "ticket_id", "done_at"]
    op.create_index("operations_done", "operations", columns, sqlite_where=_DONE, postgresql_where=_DONE)


def downgrade() -> None:
    """Forget it."""
    op.drop_index("operations_done", table_name="operations")
    op.drop_table("allowances")
    op.drop_table("calls")
