"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables and what finds rows in them."""
    _inbox_and_cases()
    _outbox_and_log()
    _partial("deliveries_pending", "deliveries", ["connection", "ticket_id", "id"], "state = 'pending'")
    _partial("deliveries_dead", "deliveries", ["id"], "state = 'dead'")
    op.create_index("tickets_ready", "tickets", ["ready_at"])
    op.create_index("tickets_leased", "tickets", ["lease_until"])
    _partial("cases_open", "cases", ["connection", "ticket_id"], "state = 'open'", unique=True)
    _partial("operations_open", "operations", ["connection", "ticket_id", "seq"], "state = 'open'")
    op.create_index("case_log_ticket", "case_log", ["connection", "ticket_id", "id"])


def downgrade() -> None:
    """Drop everything; an escalation log is lost with it."""
    for table in ("cursors", "policies", "case_log", "operations", "timers", "cases", "tickets", "deliveries"):
        op.drop_table(table)


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _inbox_and_cases() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("event_key", sa.String),
        sa.Column("invocation_id", sa.String),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("done_at", sa.BigInteger),
        sa.UniqueConstraint("connection", "event_key", name="deliveries_event"),
        sa.UniqueConstraint("connection", "invocation_id", name="deliveries_invocation"),
    )
    op.create_table(
        "tickets",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, primary_key=True),
        sa.Column("mirror", sa.Text, nullable=False),
        sa.Column("ready_at", sa.BigInteger),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("lease_token", sa.String, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("policy_version", sa.String, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("document", sa.Text, nullable=False),
    )


def _outbox_and_log() -> None:
    op.create_table(
        "timers",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("due_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "operations",
        sa.Column("seq", _ID, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("case_id", sa.String),
        sa.Column("rule", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("conflicts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
    )
    op.create_table(
        "case_log",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("case_id", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
