"""Fleets: their clocks and policies."""

from app.core.entries import FleetEntry
from tables.table import TableSpec

TABLE = TableSpec("fleets", FleetEntry, key=("fleet",), expiry="Never.")
