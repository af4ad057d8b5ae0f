"""Incidents: the state behind every open alert."""

from app.core.entries import IncidentEntry
from tables.table import TableSpec

TABLE = TableSpec("incidents", IncidentEntry, key=("fleet", "pattern", "subject"), expiry="When it resolves.")
