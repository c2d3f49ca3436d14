"""Who is assigned a ticket: of those with as few open cases, whoever has the fewest open tickets is chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_UNDONE = sa.text("done = 0")


def upgrade() -> None:
    """Know it of the tickets that are heard of from now on."""
    op.add_column("tickets", sa.Column("assignee", sa.String))
    columns = ["connection", "assignee"]
    op.create_index("tickets_assigned", "tickets", columns, sqlite_where=_UNDONE, postgresql_where=_UNDONE)


def downgrade() -> None:
    """Forget it."""
    op.drop_index("tickets_assigned", table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("assignee")
