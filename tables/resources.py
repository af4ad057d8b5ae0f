"""Resources: who holds what, and who has asked for it."""

from app.core.entries import ResourceEntry
from tables.table import TableSpec

TABLE = TableSpec("resources", ResourceEntry, key=("fleet", "resource", "keeper"), expiry="When its last claim has ended.")
