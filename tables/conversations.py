"""Conversations: the requests that wait for answers."""

from app.core.entries import ConversationEntry
from tables.table import TableSpec

TABLE = TableSpec(
    "conversations",
    ConversationEntry,
    key=("fleet", "conversation"),
    expiry="When no request waits for an answer any more.",
)
