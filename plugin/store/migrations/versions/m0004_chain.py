"""Digests that chain the case log, and the policy version of each line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; lines that are there already stay without a digest."""
    op.add_column("case_log", sa.Column("policy_version", sa.String))
    op.add_column("case_log", sa.Column("digest", sa.String))


def downgrade() -> None:
    """Drop them; whether a line was changed cannot be told any more."""
    with op.batch_alter_table("case_log") as log:
        log.drop_column("digest")
        log.drop_column("policy_version")
