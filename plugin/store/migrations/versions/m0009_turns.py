"""Whose turns were taken, and what counts people's open cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Begin to count."""
    op.create_table(
        "turns",
        sa.Column("roster", sa.String, primary_key=True),
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.BigInteger, nullable=False),
    )
    op.create_index("cases_owned", "cases", ["owner"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    """Forget the turns; every round begins anew."""
    op.drop_index("cases_owned", table_name="cases")
    op.drop_table("turns")
