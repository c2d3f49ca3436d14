"""What we made in helpdesks, so that it can be taken down again, and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "provisions",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("platform_id", sa.String),
        sa.Column("wrote", sa.String, nullable=False),
        sa.Column("found", sa.String, nullable=False),
        sa.Column("adopted", sa.Integer, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop it; what was made stays in the helpdesks, and must be removed there by hand."""
    op.drop_table("provisions")
