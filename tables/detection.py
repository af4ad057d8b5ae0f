"""Detection: all that the detectors remember, in one table; the first part of a key says what it is."""

from app.core.entries import DetectionEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "detection", DetectionEntry, key=("memory", "fleet", "..."), expiry="When it is too old to say anything."
)
