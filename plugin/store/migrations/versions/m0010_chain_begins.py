"""Where the chain of the case log begins: at the first line that has a digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NAME = "older than the chain"
_CURSORS = sa.table("cursors", sa.column("connection"), sa.column("name"), sa.column("value"))


def upgrade() -> None:
    """Keep the number of the last line before it; nothing is kept where there is none."""
    log = sa.table("case_log", sa.column("id"), sa.column("digest"))
    found = op.get_bind()
    first = found.scalar(sa.select(sa.func.min(log.c.id)).where(log.c.digest.is_not(None)))
    before = sa.select(sa.func.max(log.c.id))
    last = found.scalar(before if first is None else before.where(log.c.id < first))
    if last is not None:
        op.bulk_insert(_CURSORS, [{"connection": "", "name": _NAME, "value": last}])


def downgrade() -> None:
    """Forget it."""
    op.execute(_CURSORS.delete().where(_CURSORS.c.name == _NAME))
