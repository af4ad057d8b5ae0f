"""Repeats: digests of the latest messages, so that none counts twice."""

from app.core.entries import RepeatEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "repeats",
    RepeatEntry,
    key=("fleet", "agent"),
    expiry="After two windows (repeat.window_s) without a message that carries an id.",
)
