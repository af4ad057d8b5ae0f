"""Readings: what an agent was asked to do, and what it was told by what it read."""

from app.core.entries import ReadingEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "readings",
    ReadingEntry,
    key=("fleet", "agent", "conversation"),
    expiry="After byzantine.memory_s without another.",
)
