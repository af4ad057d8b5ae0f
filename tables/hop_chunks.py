"""Hop chunks: older messages of busy agents, as temporal edges."""

from app.core.entries import HopChunkEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "hop_chunks",
    HopChunkEntry,
    key=("fleet", "agent", "number"),
    expiry="When its last message has left the loop window, or newer chunks of the agent take its place.",
)
