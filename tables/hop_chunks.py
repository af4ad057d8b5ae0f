"""Hop chunks: older messages of busy agents, as temporal edges."""

from app.core.entries import HopChunkEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "hop_chunks",
    HopChunkEntry,
    key=("fleet", "agent", "slot"),
    expiry="Some time after its last message has left the loop window, or when a newer chunk takes its slot.",
)
