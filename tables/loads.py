"""Loads: the calls that each agent answers, and how many of them are slow."""

from app.core.entries import LoadEntry
from tables.table import TableSpec

TABLE = TableSpec("loads", LoadEntry, key=("fleet", "agent"), expiry="After bottleneck.forget_after_s without a call.")
