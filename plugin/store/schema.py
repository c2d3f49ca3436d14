"""The tables, the same on SQLite and PostgreSQL.

Rule 1: instants are whole milliseconds since 1970, UTC.
Rule 2: a ticket's row is the one thing a worker claims; `ready_at` says when there is work for it.
Rule 3: what is queried is a column; the rest of a value is one JSON document.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()  #: Of these tables, and of those in schema_of_connections.


def _only(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Have an index hold only the rows that fulfil a condition."""
    return {"sqlite_where": condition, "postgresql_where": condition}


#: SQLite numbers rows by itself only where the key is its INTEGER.
_ID = BigInteger().with_variant(Integer, "sqlite")

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),  # empty: no ticket could be read from it
    Column("event_key", String),
    Column("invocation_id", String),
    Column("received_at", BigInteger, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String, nullable=False),  # pending, done, dead
    Column("reason", Text),
    Column("done_at", BigInteger),
    Unique("connection", "event_key", name="deliveries_event"),
    Unique("connection", "invocation_id", name="deliveries_invocation"),
)
_PENDING = deliveries.c.state == "pending"
_DEAD = deliveries.c.state == "dead"
Index("deliveries_pending", deliveries.c.connection, deliveries.c.ticket_id, deliveries.c.id, **_only(_PENDING))
Index("deliveries_dead", deliveries.c.id, **_only(_DEAD))

tickets = Table(
    "tickets",
    metadata,
    Column("connection", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("mirror", Text, nullable=False),
    Column("ready_at", BigInteger),  # null: nothing to do until something is heard
    Column("lease_until", BigInteger, nullable=False),
    Column("lease_token", String, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),  # 1: solved or closed, as far as we know
    Column("setbacks", Integer, nullable=False, server_default="0"),  # failures in a row that nobody thought of
    Column("problem", String),  # of which it is an incident, as far as we know
    Column("assignee", String),  # as far as we know
)
_UNDONE = tickets.c.done == 0
Index("tickets_assigned", tickets.c.connection, tickets.c.assignee, **_only(_UNDONE))
Index("tickets_problem", tickets.c.connection, tickets.c.problem)
Index("tickets_ready", tickets.c.ready_at)
Index("tickets_leased", tickets.c.lease_until)

cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("state", String, nullable=False),  # open while it lives, else how it ended; the document tells more
    Column("rule", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("policy_version", String, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("document", Text, nullable=False),
    Column("requester", String),  # whose ticket it is of, as far as we know
)
_OPEN_CASE = cases.c.state == "open"
Index(
    "cases_open",
    cases.c.connection,
    cases.c.ticket_id,
    unique=True,  # one open case per ticket, whatever goes wrong above
    **_only(_OPEN_CASE),
)

Index("cases_requested", cases.c.connection, cases.c.requester, cases.c.ended_at)
Index("cases_owned", cases.c.owner, **_only(_OPEN_CASE))

timers = Table(
    "timers",
    metadata,
    Column("connection", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("due_at", BigInteger, nullable=False),
)

operations = Table(
    "operations",
    metadata,
    Column("seq", _ID, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("case_id", String),
    Column("rule", String),
    Column("state", String, nullable=False),  # open, applied, unchanged, withdrawn, dead
    Column("attempts", Integer, nullable=False),  # sends begun; the outcome of the last may be unknown
    Column("conflicts", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("changes", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)
_OPEN_OPERATION = operations.c.state == "open"
Index("operations_open", operations.c.connection, operations.c.ticket_id, operations.c.seq, **_only(_OPEN_OPERATION))
_DONE_OPERATION = operations.c.done_at.is_not(None)
Index(
    "operations_done", operations.c.connection, operations.c.ticket_id, operations.c.done_at, **_only(_DONE_OPERATION)
)

case_log = Table(
    "case_log",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("case_id", String),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("policy_version", String),
    Column("digest", String),  # of this line and the ticket's line before it
)
Index("case_log_ticket", case_log.c.connection, case_log.c.ticket_id, case_log.c.id)

policies = Table(
    "policies",
    metadata,
    Column("version", String, primary_key=True),
    Column("document", Text, nullable=False),
    Column("loaded_at", BigInteger, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("connection", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("connection", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),  # when the ticket was made
    Column("requester", String),
)
Index("sightings_ticket", sightings.c.connection, sightings.c.ticket_id)

remedies_used = Table(
    "remedies_used",
    metadata,
    Column("connection", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("remedy", String, primary_key=True),
    Column("requester", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String),  # the agent's id there; null: it was not told
)
Index("remedies_used_requester", remedies_used.c.connection, remedies_used.c.requester, remedies_used.c.at)

firings = Table(
    "firings",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("rule", String, nullable=False),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("firings_rule", firings.c.rule, firings.c.at)

held_rules = Table(
    "held_rules",
    metadata,
    Column("rule", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
)

held_tickets = Table(
    "held_tickets",
    metadata,
    Column("rule", String, primary_key=True),
    Column("connection", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("roster", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("number", BigInteger, nullable=False),  # of the person's newest turn, counted through the roster
    Column("taken", BigInteger, nullable=False),  # how many turns the person had
)

feeds = Table(
    "feeds",
    metadata,
    Column("name", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("etag", String),
    Column("fetched_at", BigInteger, nullable=False),
)

policy_loads = Table(
    "policy_loads",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("version", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),  # who, on which machine
    Column("problem", Text),  # why another one was refused; null: it was taken into use
)

destinations = Table(
    "destinations",
    metadata,
    Column("name", String, primary_key=True),
    Column("next_at", BigInteger, nullable=False),  # not told before: its throttle, or a failure's wait
    Column("lease_until", BigInteger, nullable=False),
    Column("lease_token", String, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("told_at", BigInteger),
    Column("problem", Text),  # of the last try; null: it went well
)

messages = Table(
    "messages",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("destination", String, nullable=False),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("state", String, nullable=False),  # waiting, sent, dead
    Column("attempts", Integer, nullable=False),  # sends begun
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("reason", Text),
    Column("document", Text, nullable=False),
)
_WAITING = messages.c.state == "waiting"
_DEAD_MESSAGE = messages.c.state == "dead"
Index("messages_waiting", messages.c.destination, messages.c.id, **_only(_WAITING))
Index("messages_dead", messages.c.destination, messages.c.id, **_only(_DEAD_MESSAGE))
follow_ups = Table(
    "follow_ups",
    metadata,
    Column("seq", _ID, primary_key=True, autoincrement=True),
    Column("case_id", String, nullable=False, unique=True),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("state", String, nullable=False),  # gathering, open, finished, carried
    Column("severity", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("cause", String),
    Column("begun_at", BigInteger),
    Column("late_at", BigInteger),  # from when on something of it is overdue; null: nothing of it is open
    Column("finished_at", BigInteger),
    Column("document", Text, nullable=False),
)
Index("follow_ups_ticket", follow_ups.c.connection, follow_ups.c.ticket_id)
_OPEN_FOLLOW_UP = follow_ups.c.state == "open"
Index("follow_ups_open", follow_ups.c.late_at, **_only(_OPEN_FOLLOW_UP))

follow_up_actions = Table(
    "follow_up_actions",
    metadata,
    Column("connection", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case_id", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("done_at", BigInteger),
)
Index("follow_up_actions_case", follow_up_actions.c.case_id)

linked_tickets = Table(
    "linked_tickets",
    metadata,
    Column("seq", _ID, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("connection", String, nullable=False),
    Column("ticket_id", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("to_connection", String, nullable=False),
    Column("to_ticket", String),  # null: it is not opened yet
    Column("document", Text, nullable=False),
)
Index("linked_tickets_ticket", linked_tickets.c.connection, linked_tickets.c.ticket_id)
Index("linked_tickets_to", linked_tickets.c.to_connection, linked_tickets.c.to_ticket)
