"""Stakes: how each agent draws on resources."""

from app.core.entries import StakeEntry
from tables.table import TableSpec

TABLE = TableSpec("stakes", StakeEntry, key=("fleet", "agent"), expiry="Ten half-lives after its latest claim.")
