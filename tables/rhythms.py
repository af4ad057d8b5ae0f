"""Rhythms: what is ordinary in each fleet."""

from app.core.entries import RhythmEntry
from tables.table import TableSpec

TABLE = TableSpec("rhythms", RhythmEntry, key=("fleet",), expiry="Never.")
