"""The causal graph: edges, and what its deltas have told and are to tell; the first part of a key says which."""

from app.core.entries import DetectionEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "graph",
    DetectionEntry,
    key=("edges or deltas", "fleet", "..."),
    expiry="After graph.forget_after_s without a message.",
)
