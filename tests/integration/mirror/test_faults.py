"""T3, REDIS-2: connections cut before or after Redis has done its work; the mirror ends as the tables are."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.breakers import Breaker, Limits
from app.embedded.ports import HOST
from app.mirror.client import connect
from app.mirror.sink import MirrorSink
from app.settings import RedisSettings
from tests.integration.mirror.feed import Feed
from tests.integration.mirror.log import Mirror, Topics, decision, entry, transition, trust

SOON = Limits(failures=2, reset_s=0.005, call_s=2.0)
Fault = Literal["none", "before", "after"]
"""Of one exchange: nothing, a cut before Redis hears of it, a cut before its answer comes back."""


@asynccontextmanager
async def _faulty(port: int, faults: list[Fault]) -> AsyncIterator[int]:
    """A way to a Redis whose exchanges meet these faults, in their order; its port."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        redis_reader, redis_writer = await asyncio.open_connection(HOST, port)
        while asked := await reader.read(1 << 20):
            fault = faults.pop(0) if faults else "none"
            if fault == "before":
                break
            redis_writer.write(asked)
            answer = await redis_reader.read(1 << 20)
            if fault == "after":
                break
            writer.write(answer)
        redis_writer.close()
        writer.close()

    async with await asyncio.start_server(relay, HOST, 0, limit=1 << 20) as server:
        yield server.sockets[0].getsockname()[1]


@given(
    faults=st.lists(st.sampled_from(["none", "before", "after"]), max_size=12),
    evidence=st.lists(st.tuples(st.sampled_from(["ann", "bob", "cy"]), st.integers(0, 9)), min_size=1, max_size=20),
)
def test_the_mirror_ends_as_the_tables_are(
    fresh_settings: Callable[[], RedisSettings], faults: list[Fault], evidence: Sequence[tuple[str, int]]
) -> None:
    async def run() -> None:
        settings = fresh_settings()
        port = int(settings.url.get_secret_value().rpartition(":")[2].partition("/")[0])
        async with _faulty(port, faults) as faulty, connect(settings) as redis:
            through = settings.model_copy(update={"url": SecretStr(f"redis://{HOST}:{faulty}/0")})
            sink = MirrorSink(Mirror(connect(through), through).store, Breaker("redis", SOON), Topics())
            feed = Feed(sink)
            for offset, (agent, bad) in enumerate(evidence, 1):
                feed.append(entry(agent, offset, float(bad)), transition(agent, offset), decision(agent, offset, 50.0))
            await feed.begin()
            await feed.deliver()
            await sink.close()

            mirror, latest = (
                Mirror(redis, settings),
                {agent: (number, bad) for number, (agent, bad) in _from_1(evidence)},
            )
            assert await mirror.board("trust") == {agent: trust(bad) for agent, (_, bad) in latest.items()}
            assert {agent: state.epoch for agent, state in (await mirror.states()).items()} == {
                agent: number for agent, (number, _) in latest.items()
            }
            for agent in latest:
                moves = [f"{number}-1" for number, (of, _) in _from_1(evidence) if of == agent]
                assert [id_ for id_, _ in await mirror.history(agent)] == moves

    asyncio.run(run())


def _from_1(evidence: Sequence[tuple[str, int]]) -> list[tuple[int, tuple[str, int]]]:
    return list(enumerate(evidence, 1))
