"""What is told: an alert, or a transition of an agent's enforcement state, by the form of Standard Webhooks."""

from typing import Protocol

import msgspec
from msgspec import Struct

from app.moment import rfc3339
from app.topics import ALERTS, ENFORCEMENT


class _Happening(Struct, frozen=True):
    """What alerts and transitions of every version have; the rest is passed on as it is."""

    state: str
    fleet: str
    time: int


_happening = msgspec.json.Decoder(_Happening)
_KINDS = {ALERTS.name: "alert", ENFORCEMENT.name: "enforcement"}


class Event(Struct, frozen=True):
    """An event and its body, which is the same in every attempt."""

    id: str
    """The same whenever this event is sent: receivers know a repeat by it."""
    type: str
    fleet: str
    body: bytes


class Body(Struct, frozen=True):
    """The body: a type, when it happened (RFC 3339), and the record of the topic as it stands there."""

    type: str
    timestamp: str
    data: msgspec.Raw


class TopicRecord(Protocol):
    """A record that knows its topic."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...


def event_of(record: TopicRecord) -> Event | None:
    """The event of a record of `system-alerts` or `agent-enforcement-state`; None of a deletion.

    Raises UNREADABLE.
    """
    if record.value is None:
        return None
    happening = _happening.decode(record.value.decode())
    type_ = f"{_KINDS[record.topic]}.{happening.state}"
    body = msgspec.json.encode(Body(type_, rfc3339(happening.time), msgspec.Raw(record.value)))
    return Event(f"{record.topic}-{record.partition}-{record.offset}", type_, happening.fleet, body)
