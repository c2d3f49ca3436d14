"""How often in a row the work on a ticket failed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin to count."""
    op.add_column("tickets", sa.Column("setbacks", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget the counts."""
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("setbacks")
