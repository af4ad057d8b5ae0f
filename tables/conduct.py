"""Conduct: what speaks for an agent's being Byzantine."""

from app.core.entries import ConductEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "conduct",
    ConductEntry,
    key=("fleet", "agent"),
    expiry="After byzantine.forget_after_s without news.",
)
