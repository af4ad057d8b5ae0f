"""Hops: the latest messages of each agent, as temporal edges."""

from app.core.entries import HopsEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "hops",
    HopsEntry,
    key=("fleet", "agent"),
    expiry="When its last message has left the loop window.",
)
