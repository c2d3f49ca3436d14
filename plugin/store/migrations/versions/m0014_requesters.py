"""Whose ticket a case is of: a reply to a closed ticket makes another one, and the case goes on there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Know it of the cases that are written from now on."""
    op.add_column("cases", sa.Column("requester", sa.String))
    op.create_index("cases_requested", "cases", ["connection", "requester", "ended_at"])


def downgrade() -> None:
    """Forget it."""
    op.drop_index("cases_requested", table_name="cases")
    with op.batch_alter_table("cases") as table:
        table.drop_column("requester")
