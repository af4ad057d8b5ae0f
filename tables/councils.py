"""Councils: agents that decide together by vote, and what each has proposed."""

from app.core.entries import CouncilEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "councils", CouncilEntry, key=("fleet", "agent"), expiry="When nothing was said, proposed or voted for a while."
)
