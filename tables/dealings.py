"""Dealings: the latest moves of a pair towards each other."""

from app.core.entries import DealingEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "dealings",
    DealingEntry,
    key=("fleet", "agent", "agent"),
    expiry="After byzantine.memory_s without a move.",
)
