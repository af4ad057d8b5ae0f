"""Conversations, and messages that must not count twice."""

from msgspec import Struct


class OpenRequest(Struct, frozen=True, array_like=True):
    """A request that waits for the answers of its targets."""

    agent_id: str
    targets: tuple[str, ...]
    due: int
    offset: int
    at: int = 0
    """When it was sent (event time, ms)."""
    below_us: int = 0
    """What its target has waited for others on its behalf so far."""
    failed_below: bool = False
    """Whether one of those others has failed."""


class ConversationEntry(Struct, omit_defaults=True):
    """The requests of a conversation that wait for answers. Key: [fleet, conversation]."""

    due: int | None
    requests: tuple[OpenRequest, ...] = ()


class RepeatEntry(Struct, omit_defaults=True):
    """Digests (8 bytes each) of an agent's latest messages that carried an id. Key: [fleet, agent]."""

    due: int | None
    since: int
    current: bytes = b""
    previous: bytes = b""
