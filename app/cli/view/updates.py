"""What a live view is told: records of the topics it follows, and how the connection is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from app.bus.door import DoorCondition
from app.events import Alert, Decision, Forgotten, Header, Progress, Transition
from app.topics import ALERTS, DECISIONS, ENFORCEMENT, PROGRESS


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and how long it took from the message's timestamp, in milliseconds."""

    decision: Decision
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class Ends:
    """The end offset of each partition of the raw topic; also a sign that the brokers answer."""

    offsets: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Lost:
    """The brokers do not answer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record of a followed topic that the fold did not write."""

    topic: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """A door has been asked how it is: what it says, or why it says nothing."""

    url: str
    condition: DoorCondition | None = None
    trouble: str | None = None


Update = Decided | Alert | Transition | Forgotten | Progress | Ends | Lost | Unreadable | DoorSeen
Headers = Sequence[tuple[str, bytes | None]]

_Plain = TypeVar("_Plain", Alert, Transition, Progress)

_decision = msgspec.json.Decoder(Decision).decode
_forgotten = msgspec.json.Decoder(Forgotten).decode


def read(topic: str, value: bytes, headers: Headers) -> Update:
    """Decode a record of a followed topic."""
    try:
        return _READERS[topic](value, headers)
    except (ValueError, RecursionError) as error:
        return Unreadable(topic, str(error))


def read_deletion(topic: str, headers: Headers) -> Update | None:
    """What the deletion of an enforcement state says; None of any other."""
    about = dict(headers).get(Header.FORGOTTEN)
    try:
        return None if about is None else _forgotten(about)
    except (ValueError, RecursionError) as error:
        return Unreadable(topic, str(error))


def _decided(value: bytes, headers: Headers) -> Decided:
    latency = dict(headers).get(Header.LATENCY)
    return Decided(_decision(value), None if latency is None else float(latency))


def _plain(kind: type[_Plain]) -> Callable[[bytes, Headers], _Plain]:
    decode = msgspec.json.Decoder(kind).decode
    return lambda value, _headers: decode(value)


_READERS: Mapping[str, Callable[[bytes, Headers], Update]] = {
    DECISIONS.name: _decided,
    ALERTS.name: _plain(Alert),
    ENFORCEMENT.name: _plain(Transition),
    PROGRESS.name: _plain(Progress),
}
