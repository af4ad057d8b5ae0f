"""What agents say to each other, as records of the log."""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

SCHEMA_VERSION = 1
DEFAULT_FLEET = "default"
"""The fleet of messages that name none."""

Name = Annotated[str, Meta(min_length=1, max_length=256)]
"""An identifier that becomes part of a key: an agent, a fleet, a conversation."""

MAX_TARGETS = 20_000


class Header:
    """Names of record headers."""

    CONTROL = "ringfence-control"
    """On a control record: its command."""
    SIGNATURE = "ringfence-signature"
    """Ed25519 over a control record's value, or over a copy and its origin: 64 raw bytes."""
    ORIGIN = "ringfence-origin"
    """On a forwarded or redriven copy: an `Origin` as JSON."""
    SOURCE = "ringfence-source"
    SOURCE_SEQUENCE = "ringfence-source-sequence"
    """Stamped by a spool: its id, and a number that rises with each message."""
    CHAIN = "ringfence-chain"
    """On every output of a record: the link of the audit chain after it, in hex."""
    SYSTEM = "ringfence-system"
    """On an alert about Ringfence itself: who has written it. Alerts of the fold have CHAIN instead."""
    FORGOTTEN = "ringfence-forgotten"
    """On the deletion of an enforcement state: a `Forgotten` as JSON."""
    LATENCY = "ringfence-latency-ms"
    """On a decision: milliseconds from the message's timestamp to the decision; not compared."""


class AgentMessage(Struct, kw_only=True, omit_defaults=True):
    """What one agent says to others. `content` and `metadata` keep their bytes, so they round-trip exactly.

    >>> text = '{"agent_id":"ann","message_type":"request","content":{"n":12345678901234567890123,"π":[1.50]}}'
    >>> message = decode_message(text.encode())
    >>> message.agent_id, bytes(message.content).decode()
    ('ann', '{"n":12345678901234567890123,"π":[1.50]}')
    >>> msgspec.json.encode(message).decode() == text
    True
    """

    agent_id: Name
    timestamp: str | None = None
    """RFC 3339, claimed by the sender."""
    message_type: Name
    """request, response, broadcast, resource_request, resource_grant, resource_refuse, resource_release, ..."""
    content: Raw = Raw(b"null")
    target_agents: Annotated[tuple[Name, ...], Meta(max_length=MAX_TARGETS)] = ()
    correlation_id: Name | None = None
    metadata: Raw = Raw(b"{}")
    id: Name | None = None
    fleet: Name | None = None
    causation_id: Name | None = None
    conversation_id: Name | None = None
    sponsor: Name | None = None

    @property
    def conversation(self) -> str | None:
        """What it belongs to: a conversation, else what its correlation id names."""
        return self.conversation_id or self.correlation_id


_message_decoder = msgspec.json.Decoder(AgentMessage)


def decode_message(value: bytes) -> AgentMessage:
    """Decode a value of the raw topic.

    Raises msgspec.DecodeError, or its subclass msgspec.ValidationError, which names the field.
    """
    return _message_decoder.decode(value)


class LogPosition(Struct, frozen=True):
    """Where a record stands in the log."""

    partition: int
    offset: int


Position = LogPosition | int
"""A place in the log; for a file of plain messages the number of its line, from 0."""


class Origin(Struct, frozen=True):
    """Where a copied record stood first, who copied it and why."""

    partition: int
    offset: int
    reason: str
    """`forward`, or what the operator said for a redrive."""
    issuer: Name
