"""Agents: the evidence behind their trust, and what they have done so far."""

from app.core.entries import AgentEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "agents",
    AgentEntry,
    key=("fleet", "agent"),
    expiry="After trust.forget_after_s without a message, unless the record is still a bad one.",
)
