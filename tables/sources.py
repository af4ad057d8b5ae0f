"""Sources: the last number of each spool, partition and redrive that records came from."""

from app.core.entries import SourceEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "sources",
    SourceEntry,
    key=("kind", "fleet or partition", "source"),
    expiry="Never: a source counts exactly, without a window.",
)
