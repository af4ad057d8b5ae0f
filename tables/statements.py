"""Statements: what an agent has said to whom in one context."""

from app.core.entries import StatementEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "statements",
    StatementEntry,
    key=("fleet", "agent", "context"),
    expiry="After byzantine.memory_s without another.",
)
