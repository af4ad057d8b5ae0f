"""Trees: who was set off by whom."""

from app.core.entries import TreeEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "trees", TreeEntry, key=("fleet", "root"), expiry="After a window of the fleet in which the tree did not grow."
)
