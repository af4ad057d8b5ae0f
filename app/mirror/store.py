"""Writing the mirror: everything is compared where it is stored, so that nobody overwrites what is newer."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, cast

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from app.events import Transition
from app.mirror import scripts
from app.mirror.keys import Keys
from app.mirror.position import position_of
from app.mirror.score import Score
from app.mirror.state import Gone, State
from app.mirror.updates import AgentUpdate, Updates
from app.moment import now_ms
from app.settings import RedisSettings

HEALTH_TTL_MS = 30_000
_BINDING = {"throttled", "quarantined"}

Positions = Mapping[str, int | None]
"""The offset to read next, by partition."""


class Advance(NamedTuple):
    """A partition's position in the mirror, as it was and as it is to be."""

    partition: str
    before: int | None
    after: int


class MirrorStore:
    """The mirror's keys in one Redis.

    Args:
        redis: connections to it.
        settings: prefix, times and bounds.

    """

    def __init__(self, redis: Redis, settings: RedisSettings) -> None:
        self._redis = redis
        self._settings = settings
        self.keys = Keys(settings.prefix)
        self._apply = redis.register_script(scripts.APPLY)
        self._advance = redis.register_script(scripts.ADVANCE)
        self._say = redis.register_script(scripts.SAY)
        self._begin = redis.register_script(scripts.BEGIN)
        self._switch = redis.register_script(scripts.SWITCH)

    @property
    def reach_ms(self) -> int:
        """How far back the histories of a new mirror go."""
        return int(self._settings.history_s * 1000)

    async def positions(self, partitions: Iterable[str]) -> Positions:
        """What the mirror has of each partition; None: nothing. Raises PositionError."""
        names = list(partitions)
        found = cast("list[bytes | None]", await self._redis.hmget(self.keys.position, names) if names else [])
        return {name: position_of(stored) for name, stored in zip(names, found, strict=True)}

    async def advance(self, advances: Iterable[Advance]) -> None:
        """Move positions, except those that somebody else has moved."""
        arguments: list[str | int] = []
        for partition, before, after in advances:
            arguments += [partition, "" if before is None else before, after]
        if arguments:
            await self._advance([self.keys.position], arguments)

    async def apply(self, updates: Updates, where: Literal["live", "next"] = "live") -> None:
        """Write what is newer than what is there; `next` writes for a rebuild alone."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for (fleet, agent_id), update in updates.agents.items():
                await self._apply_to(pipe, where, fleet, agent_id, update)
            for progress in updates.progress.values():
                await self._say_to(pipe, f"fold:{progress.partition}", progress)
            if len(pipe):
                await pipe.execute()

    async def fleets(self) -> list[str]:
        """Every fleet of which the mirror has heard."""
        names = cast("list[bytes]", await self._redis.zrange(self.keys.fleets, 0, -1))
        return sorted(name.decode() for name in names)

    async def begin(self, fleet: str, token: str, lease_ms: int) -> None:
        """Have all that is written of a fleet written twice while the lease lasts; an earlier rebuild is given up."""
        keys = self.keys.fleet(fleet)
        await self._begin([keys.rebuild, *keys.following], [token, lease_ms])

    async def switch(self, fleet: str, token: str) -> bool:
        """Put what was rebuilt in the place of what was there, in one step; False where the lease has run out."""
        keys = self.keys.fleet(fleet)
        return bool(await self._switch([keys.rebuild, *keys.replaced, *keys.following], [token]))

    async def say(self, part: str, health: msgspec.Struct) -> None:
        """Have the health of a part known for a while; `health` has a field `time`, ms since the epoch."""
        await self._say_to(self._redis, part, health)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()

    async def _say_to(self, client: Redis | Pipeline, part: str, health: msgspec.Struct) -> None:
        value = msgspec.json.encode(health)
        said_at: int = msgspec.structs.asdict(health)["time"]
        await self._say([self.keys.health(part)], [value, said_at, HEALTH_TTL_MS], client=client)

    async def _apply_to(
        self, pipe: Pipeline, where: Literal["live", "next"], fleet: str, agent_id: str, update: AgentUpdate
    ) -> None:
        keys = self.keys.fleet(fleet)
        names = [keys.rebuild, *keys.replaced, *keys.following, self.keys.history(fleet, agent_id)]
        await self._apply(names, [where, agent_id, *self._arguments(update)], client=pipe)
        written = _time(update)
        if written:
            pipe.zadd(self.keys.fleets, {fleet: written}, gt=True)

    def _arguments(self, update: AgentUpdate) -> list[str | bytes | int | float]:
        history = (part for id_, moved in update.history for part in (id_, msgspec.json.encode(moved)))
        return [
            *_of_score(update.score),
            *_of_state(update.state),
            int(self._settings.ttl_s * 1000),
            now_ms(),
            self._settings.history,
            *history,
        ]


def _of_score(score: Score | None) -> tuple[str | bytes | int | float, ...]:
    if score is None:
        return "", "", 0, "", 0
    trust = "" if score.forgotten else score.trust
    return msgspec.json.encode(score), score.log, score.offset, trust, score.time


def _of_state(state: State | None) -> tuple[str | bytes | int, ...]:
    match state:
        case None:
            return "", 0, "", ""
        case Gone():
            return msgspec.json.encode(state), state.epoch, "", state.time
        case _:
            return msgspec.json.encode(state), state.epoch, _contained_at(state), ""


def _time(update: AgentUpdate) -> int:
    scored = 0 if update.score is None else update.score.time
    moved = max((entry.moved.time for entry in update.history), default=0)
    return max(scored, moved, 0 if update.state is None else update.state.time)


def _contained_at(transition: Transition) -> str | int:
    return transition.time if transition.mode == "enforce" and transition.state in _BINDING else ""
