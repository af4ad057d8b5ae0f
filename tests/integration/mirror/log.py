"""Records as workers commit them, and what a mirror shows."""

from collections.abc import Callable, Mapping
from typing import cast

import msgspec
from aiokafka import ConsumerRecord
from redis.asyncio import Redis

from app.bus.envelope import Envelope
from app.core.entries import AgentEntry
from app.core.policy import TrustPolicy
from app.events import Change, Decision, EnforcementState, Forgotten, Header, Transition
from app.mirror.policies import PolicyBook
from app.mirror.score import Score
from app.mirror.store import MirrorStore
from app.settings import RedisSettings
from app.topics import DECISIONS, ENFORCEMENT

AGENTS = "ringfence-agents-changelog"
LOGS = {AGENTS: "log-1", ENFORCEMENT.name: "log-2", DECISIONS.name: "log-3"}
POLICIES = PolicyBook({}, {})
FLEET = "north"
NOW = 1_700_000_000_000


class Topics:
    """The topics of the tests."""

    agents = AGENTS

    def __init__(self, read: Callable[[], PolicyBook] = lambda: POLICIES) -> None:
        self._read = read

    def logs(self) -> Mapping[str, str]:
        return LOGS

    def policies(self) -> PolicyBook:
        return self._read()


def entry(agent: str, offset: int, bad: float | None, *, time: int | None = None, fleet: str = FLEET) -> Envelope:
    """An entry of the agents' changelog; without `bad` the agent is deleted."""
    value = None
    if bad is not None:
        at = NOW + offset
        value = msgspec.json.encode(AgentEntry(first_seen=NOW, last_seen=at, due=None, at=at, bad=bad))
    key = msgspec.json.encode([fleet, agent])
    return Envelope(AGENTS, 0, offset, NOW + offset if time is None else time, key, value, [])


def transition(agent: str, epoch: int, state: EnforcementState = "quarantined") -> Envelope:
    """A record of the enforcement topic."""
    value = Transition(
        FLEET, agent, state, "trusted", "quarantine", epoch, NOW + epoch, "why", "ops", "enforce", (), None, 1, epoch
    )
    key = msgspec.json.encode([FLEET, agent])
    return Envelope(ENFORCEMENT.name, 0, epoch, NOW + epoch, key, msgspec.json.encode(value), [])


def forgetting(agent: str, epoch: int, offset: int) -> Envelope:
    """The deletion of a state whose last transition had that epoch."""
    about = msgspec.json.encode(Forgotten(FLEET, agent, epoch))
    key = msgspec.json.encode([FLEET, agent])
    return Envelope(ENFORCEMENT.name, 0, offset, NOW + offset, key, None, [(Header.FORGOTTEN, about)])


def decision(agent: str, offset: int, after: float, policy_version: int = 0) -> Envelope:
    """A decision that moved an agent's trust."""
    change = Change(agent, 100.0, after, "conflict", after - 100.0, (offset,), 0.5)
    value = Decision(offset, "message", FLEET, agent, 100.0, after, (change,), policy_version=policy_version)
    return Envelope(DECISIONS.name, 0, offset, NOW + offset, FLEET.encode(), msgspec.json.encode(value), [])


def fetched(record: Envelope) -> ConsumerRecord:
    """A record as a consumer delivers it."""
    place = (record.topic, record.partition, record.offset, record.timestamp, 0)
    return ConsumerRecord(*place, record.key, record.value, None, 0, 0, tuple(record.headers))


class Mirror:
    """What a mirror shows of the fleet."""

    def __init__(self, redis: Redis, settings: RedisSettings) -> None:
        self.redis = redis
        self.store = MirrorStore(redis, settings)
        self.keys = self.store.keys.fleet(FLEET)

    async def scores(self) -> dict[str, Score]:
        found = await self._hash(self.keys.scores)
        return {name.decode(): msgspec.json.decode(value, type=Score) for name, value in found.items()}

    async def states(self) -> dict[str, Transition]:
        found = (await self._hash(self.keys.enforcement)).items()
        states = {name.decode(): msgspec.json.decode(value) for name, value in found}
        return {name: msgspec.convert(state, Transition) for name, state in states.items() if "forgotten" not in state}

    async def board(self, name: str) -> dict[str, float]:
        found = await self.redis.zrange(getattr(self.keys, name), 0, -1, withscores=True)
        return {member.decode(): score for member, score in cast("list[tuple[bytes, float]]", found)}

    async def history(self, agent: str) -> list[tuple[str, float]]:
        found = await self.redis.xrange(self.store.keys.history(FLEET, agent))
        entries = cast("list[tuple[bytes, dict[bytes, bytes]]]", found)
        return [(id_.decode(), msgspec.json.decode(values[b"change"])["after"]) for id_, values in entries]

    async def _hash(self, key: str) -> dict[bytes, bytes]:
        return cast("dict[bytes, bytes]", await self.redis.hgetall(key))


def trust(bad: float) -> float:
    """Of an agent with so much against it."""
    prior = TrustPolicy().prior
    return round(100.0 * prior / (bad + prior), 6)
