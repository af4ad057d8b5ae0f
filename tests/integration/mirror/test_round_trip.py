"""T1: what the tables say comes back from Redis as it was, with its time, whatever the names."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.embedded.valkey import ValkeyServer
from app.mirror.client import connect
from app.mirror.updates import Updates
from app.settings import RedisSettings
from tests.integration.mirror.log import AGENTS, LOGS, POLICIES, Mirror, decision, entry, transition, trust

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
EVIDENCE = st.floats(0, 1e6).map(lambda value: round(value, 6))


@pytest.fixture(scope="module")
def settings_of(valkey: ValkeyServer) -> Callable[[], RedisSettings]:
    return lambda: RedisSettings(url=SecretStr(valkey.url), prefix="round-trip")


@given(agent=NAMES, bad=EVIDENCE, offset=st.integers(1, 2**50))
def test_scores_states_and_history_come_back_as_they_were(
    settings_of: Callable[[], RedisSettings], agent: str, bad: float, offset: int
) -> None:
    async def run() -> None:
        settings = settings_of()
        async with connect(settings) as redis:
            await redis.flushdb()
            mirror, updates = Mirror(redis, settings), Updates(LOGS)
            record = entry(agent, offset, bad, time=offset)
            updates.table(AGENTS, [record], POLICIES)
            updates.transitions([transition(agent, 1)])
            updates.decisions([decision(agent, offset, 50.0)], POLICIES)
            await mirror.store.apply(updates)
            score = (await mirror.scores())[agent]
            assert (score.trust, score.time, score.offset) == (trust(bad), offset, offset)
            assert await mirror.board("trust") == {agent: trust(bad)}
            assert (await mirror.states())[agent].agent_id == agent
            assert await mirror.history(agent) == [(f"{offset}-1", 50.0)]

    asyncio.run(run())
