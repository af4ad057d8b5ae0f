"""Enforcement: which agents are contained, and the count of their transitions."""

from app.core.entries import EnforcementEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "enforcement",
    EnforcementEntry,
    key=("fleet", "agent"),
    expiry="Never: the epoch only rises; a quarantine itself ends at its expiry.",
)
