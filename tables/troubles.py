"""Troubles: the calls that are slow or fail now."""

from app.core.entries import TroubleEntry
from tables.table import TableSpec

TABLE = TableSpec("troubles", TroubleEntry, key=("fleet",), expiry="When the last of them is over.")
