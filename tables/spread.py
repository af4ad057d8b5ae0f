"""Spread: what each agent got and sent lately."""

from app.core.entries import SpreadEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "spread", SpreadEntry, key=("fleet", "agent"), expiry="After two windows of the fleet without a message."
)
