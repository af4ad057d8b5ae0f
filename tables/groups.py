"""Groups that decide together, and what is believed of traitors in them."""

from app.core.entries import GroupEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "groups",
    GroupEntry,
    key=("fleet", "group"),
    expiry="After byzantine.memory_s without a proposal, vote or outcome.",
)
