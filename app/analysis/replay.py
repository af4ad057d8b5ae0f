"""Graphs by the values of the graph topic: of each fleet as of the latest delta, or as of an earlier one."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from app.core.graph import GraphView
from app.events import GraphDelta


class Until(NamedTuple):
    """Where to stop: the last event time (ms), the last version; None: at the end."""

    time: int | None = None
    version: int | None = None

    def includes(self, delta: GraphDelta) -> bool:
        """Whether a graph up to here has the delta in it."""
        return (self.time is None or delta.time <= self.time) and (
            self.version is None or delta.version <= self.version
        )


class _Head(msgspec.Struct):
    fleet: str
    version: int | None = None
    """Absent in the cycles, which are on the topic, too."""


_head = msgspec.json.Decoder(_Head)
_delta = msgspec.json.Decoder(GraphDelta)


def replay(values: Iterable[bytes], fleet: str | None = None, until: Until = Until()) -> dict[str, GraphView]:  # noqa: B008 - a NamedTuple does not change
    """The graphs of all fleets, or of one, by name. Of each fleet the values must come in order.

    Raises msgspec.DecodeError for what is no value of the graph topic.

    >>> delta = GraphDelta("north", 1, 1000, half_life_s=60, forget_after_s=360)
    >>> list(replay([msgspec.json.encode(delta)])), list(replay([msgspec.json.encode(delta)], until=Until(time=999)))
    (['north'], [])
    """
    views: dict[str, GraphView] = {}
    for value in values:
        head = _head.decode(value)
        if head.version is None or fleet not in (None, head.fleet):
            continue
        delta = _delta.decode(value)
        if until.includes(delta):
            views.setdefault(head.fleet, GraphView(head.fleet)).apply(delta)
    return views
