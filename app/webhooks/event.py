"""What is told: an alert, or a transition of an agent's enforcement state, by the form of Standard Webhooks."""

from datetime import UTC, datetime
from typing import Protocol

import msgspec
from msgspec import Struct

from app.events import Alert, Transition
from app.topics import ALERTS, ENFORCEMENT

_alert = msgspec.json.Decoder(Alert)
_transition = msgspec.json.Decoder(Transition)


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

    Raises msgspec.DecodeError.
    """
    if record.value is None:
        return None
    if record.topic == ALERTS.name:
        alert = _alert.decode(record.value)
        return _event(record, record.value, f"alert.{alert.state}", alert.fleet, alert.time)
    assert record.topic == ENFORCEMENT.name
    transition = _transition.decode(record.value)
    return _event(record, record.value, f"enforcement.{transition.state}", transition.fleet, transition.time)


def _event(record: TopicRecord, value: bytes, type_: str, fleet: str, time_ms: int) -> Event:
    body = msgspec.json.encode(Body(type_, rfc3339(time_ms), msgspec.Raw(value)))
    return Event(f"{record.topic}-{record.partition}-{record.offset}", type_, fleet, body)


def rfc3339(time_ms: int) -> str:
    """A time since the epoch, in UTC.

    >>> rfc3339(1_700_000_000_123)
    '2023-11-14T22:13:20.123Z'
    """
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{time_ms % 1000:03d}Z"
