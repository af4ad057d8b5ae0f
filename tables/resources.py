"""Resources: who holds what, who has asked for it, and what a shared pool bears."""

from app.core.entries import ResourceEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "resources",
    ResourceEntry,
    key=("fleet", "resource", "keeper"),
    expiry="When its last claim has ended and nothing of it has been heard for a while.",
)
