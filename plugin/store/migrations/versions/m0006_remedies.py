"""Which remedies customers were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and what finds a customer's rows in it."""
    op.create_table(
        "remedies_used",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, primary_key=True),
        sa.Column("remedy", sa.String, primary_key=True),
        sa.Column("requester", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String),
    )
    op.create_index("remedies_used_requester", "remedies_used", ["connection", "requester", "at"])


def downgrade() -> None:
    """Drop it; every customer begins anew."""
    op.drop_table("remedies_used")
