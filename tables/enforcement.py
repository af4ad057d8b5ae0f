"""Enforcement: which agents are contained, or were lately, and the count of their transitions."""

from app.core.entries import EnforcementEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "enforcement",
    EnforcementEntry,
    key=("fleet", "agent"),
    expiry="A week after the agent is trusted again; watches and releases with the agent's own entry.",
)
