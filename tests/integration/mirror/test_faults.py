"""T3, REDIS-2: connections cut and sinks crashed before or after Redis has done its work: the mirror ends complete."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal, Self

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.breakers import Breaker, Limits
from app.bus.envelope import Envelope
from app.embedded.ports import HOST
from app.mirror.client import connect
from app.mirror.sink import MirrorSink
from app.settings import RedisSettings
from tests.integration.mirror.feed import Feed
from tests.integration.mirror.log import Mirror, Topics, decision, entry, transition, trust

_CHUNK = 1 << 20
SOON = Limits(failures=2, reset_s=0.005, call_s=2.0)
Fault = Literal["none", "before", "after", "crash before", "crash after"]
"""Of one exchange: none, a cut before Redis hears of it or before its answer is back; the sink may crash by that."""
FAULTS: tuple[Fault, ...] = ("before", "after", "crash before", "crash after")


Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class FaultyWay:
    """A way to a Redis; after so many exchanges without one, each fault comes in its turn."""

    def __init__(self, port: int, faults: Sequence[tuple[int, Fault]]) -> None:
        self._redis_port = port
        self._faults: list[Fault] = []
        for well, fault in faults:
            self._faults.extend("none" for _ in range(well))
            self._faults.append(fault)
        self.crashed = asyncio.Event()
        self.port = 0
        self._relays: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, 0, limit=_CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.current_task()
        assert relay is not None
        self._relays.append(relay)
        redis_reader, redis_writer = await asyncio.open_connection(HOST, self._redis_port)
        try:
            await self._relay((reader, writer), (redis_reader, redis_writer))
        finally:
            for end in (redis_writer, writer):
                end.close()
                await end.wait_closed()

    async def _relay(self, client: Way, redis: Way) -> None:
        while asked := await client[0].read(_CHUNK):
            fault = self._faults.pop(0) if self._faults else "none"
            if fault.startswith("crash"):
                self.crashed.set()
            if fault.endswith("before"):
                return
            redis[1].write(asked)
            answer = await redis[0].read(_CHUNK)
            if fault.endswith("after"):
                return
            client[1].write(answer)


async def _mirror(settings: RedisSettings, way: FaultyWay, log: Sequence[Envelope]) -> None:
    """Deliver all of the log, with a new sink after each crash."""
    through = settings.model_copy(update={"url": SecretStr(f"redis://{HOST}:{way.port}/0")})
    done = False
    while not done:
        way.crashed.clear()
        sink = MirrorSink(Mirror(connect(through), through).store, Breaker("redis", SOON), Topics())
        feed = Feed(sink)
        feed.append(*log)
        delivering = asyncio.create_task(_deliver(feed))
        crash = asyncio.create_task(way.crashed.wait())
        await asyncio.wait([delivering, crash], return_when=asyncio.FIRST_COMPLETED)
        done = not crash.done()
        for task in (delivering, crash):
            task.cancel()
        await asyncio.wait([delivering, crash])
        await sink.close()


async def _deliver(feed: Feed) -> None:
    await feed.begin()
    await feed.deliver()


@given(
    faults=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(FAULTS)), max_size=4),
    evidence=st.lists(st.tuples(st.sampled_from(["ann", "bob", "cy"]), st.integers(0, 9)), min_size=1, max_size=20),
)
def test_the_mirror_ends_as_the_tables_are(
    fresh_settings: Callable[[], RedisSettings],
    faults: Sequence[tuple[int, Fault]],
    evidence: Sequence[tuple[str, int]],
) -> None:
    async def run() -> None:
        settings = fresh_settings()
        port = int(settings.url.get_secret_value().rpartition(":")[2].partition("/")[0])
        log = [
            record
            for offset, (agent, bad) in enumerate(evidence, 1)
            for record in (entry(agent, offset, float(bad)), transition(agent, offset), decision(agent, offset, 50.0))
        ]
        async with FaultyWay(port, faults) as way, connect(settings) as redis:
            await _mirror(settings, way, log)

            mirror = Mirror(redis, settings)
            latest = {agent: (number, bad) for number, (agent, bad) in enumerate(evidence, 1)}
            assert await mirror.board("trust") == {agent: trust(bad) for agent, (_, bad) in latest.items()}
            assert {agent: state.epoch for agent, state in (await mirror.states()).items()} == {
                agent: number for agent, (number, _) in latest.items()
            }
            for agent in latest:
                moves = [f"{number}-1" for number, (of, _) in enumerate(evidence, 1) if of == agent]
                assert [id_ for id_, _ in await mirror.history(agent)] == moves

    asyncio.run(run())
