"""The mirror as a sink: it knows itself what it has, and reads again what Redis has lost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec
from aiokafka import ConsumerRecord, TopicPartition

from app.breakers import Breaker, until_done
from app.delivery import Fetched, Position
from app.mirror.asking import answered
from app.mirror.client import PASSING
from app.mirror.policies import PolicyBook
from app.mirror.store import Advance, MirrorStore
from app.mirror.updates import Updates
from app.moment import now_ms
from app.topics import DECISIONS, ENFORCEMENT, PROGRESS

NAME = "mirror"


class Health(msgspec.Struct, frozen=True):
    """That the mirror is written to."""

    time: int
    """Wall clock, ms since the epoch."""


class Source(Protocol):
    """Where the records come from; what it is asked may block."""

    @property
    def agents(self) -> str:
        """The topic of the agents' changelog."""

    def logs(self) -> Mapping[str, str]:
        """The id of each topic, by its name; one that is made anew has another."""

    def policies(self) -> PolicyBook:
        """The policies in force."""


class MirrorSink:
    """Writes scores, states, history and health.

    Args:
        store: where to.
        breaker: of the Redis behind it.
        source: of topics and policies.

    """

    name = NAME
    batch = 1_000

    def __init__(self, store: MirrorStore, breaker: Breaker, source: Source) -> None:
        self._store = store
        self._breaker = breaker
        self._source = source
        self._logs: Mapping[str, str] = {}
        self._policies: PolicyBook | None = None
        self._positions: dict[TopicPartition, Position] = {}

    @property
    def topics(self) -> Sequence[str]:
        """What the mirror shows."""
        return self._source.agents, ENFORCEMENT.name, DECISIONS.name, PROGRESS.name

    def begins(self, topic: str) -> int:
        """A new mirror takes all of the tables, and of the rest what is of use still."""
        now = now_ms()
        if topic == PROGRESS.name:
            return now
        return max(0, now - self._store.reach_ms) if topic == DECISIONS.name else 0

    async def resume(self, places: Collection[TopicPartition]) -> Mapping[TopicPartition, Position]:
        """Ask Redis what it has."""
        self._logs = await answered(self._source.logs)
        self._positions = dict.fromkeys(places)
        self._positions = await until_done(self._breaker, self._stored, PASSING)
        return dict(self._positions)

    async def write(self, fetched: Fetched) -> Mapping[TopicPartition, Position]:
        """Write, as often as it takes."""
        updates = await self._updates(fetched)
        return await until_done(self._breaker, lambda: self._write(fetched, updates), PASSING)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._store.close()

    async def _write(self, fetched: Fetched, updates: Updates) -> Mapping[TopicPartition, Position]:
        stored = await self._stored()
        if stored != self._positions:
            unwritten = {place: records[0].offset for place, records in fetched.items()}
            moved = {place: offset for place, offset in stored.items() if offset != self._positions[place]}
            self._positions = stored
            return {**unwritten, **moved}
        await self._begin(fetched)
        await self._store.apply(updates)
        await self._advance({place: records[-1].offset + 1 for place, records in fetched.items()})
        await self._store.say(NAME, Health(now_ms()))
        return {}

    async def _begin(self, fetched: Fetched) -> None:
        """Where there is no position, nobody would notice that it is lost with what is written next."""
        new = {place: records for place, records in fetched.items() if self._positions.get(place) is None}
        await self._advance({place: records[0].offset for place, records in new.items()})

    async def _advance(self, to: Mapping[TopicPartition, int]) -> None:
        await self._store.advance(
            Advance(self._field(place), self._positions.get(place), offset) for place, offset in to.items()
        )
        self._positions.update(to)

    async def _stored(self) -> dict[TopicPartition, Position]:
        places = list(self._positions)
        stored = await self._store.positions(map(self._field, places))
        return {place: stored[self._field(place)] for place in places}

    async def _updates(self, fetched: Fetched) -> Updates:
        """Decisions first: they tell whether a policy has changed, and scores depend on it."""
        updates = Updates(self._logs)
        for _, records in _of(fetched, DECISIONS.name):
            updates.decisions(records, await self._current_policies())
        for topic, records in _of(fetched, self._source.agents):
            updates.table(topic, records, await self._current_policies())
        for _, records in _of(fetched, ENFORCEMENT.name):
            updates.transitions(records)
        for _, records in _of(fetched, PROGRESS.name):
            updates.folds(records)
        return updates

    async def _current_policies(self) -> PolicyBook:
        if self._policies is None:
            self._policies = await answered(self._source.policies)
        elif self._policies.outdated:
            self._policies = self._policies.renewed(await answered(self._source.policies))
        return self._policies

    def _field(self, place: TopicPartition) -> str:
        return f"{self._logs[place.topic]}/{place.partition}"


def _of(fetched: Fetched, topic: str) -> Iterator[tuple[str, Sequence[ConsumerRecord]]]:
    return ((topic, records) for place, records in fetched.items() if place.topic == topic)
