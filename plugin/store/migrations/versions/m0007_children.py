"""Of which problem a ticket is an incident."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and what finds a problem's tickets; those that are there are known when they are next read."""
    op.add_column("tickets", sa.Column("problem", sa.String))
    op.create_index("tickets_problem", "tickets", ["connection", "problem"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("tickets_problem", "tickets")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("problem")
