"""Partitions: the next offset, the chain, the engine version, the enrolled keys."""

from app.core.entries import PartitionEntry
from tables.table import TableSpec

TABLE = TableSpec("partitions", PartitionEntry, key=("partition",), expiry="Never.")
