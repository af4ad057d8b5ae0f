"""Latencies: how long each agent takes to answer each other."""

from app.core.entries import LatencyEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "latencies",
    LatencyEntry,
    key=("fleet", "caller", "callee", "operation"),
    expiry="After bottleneck.forget_after_s without a call.",
)
