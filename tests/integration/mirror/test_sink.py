"""REDIS-1, REDIS-2, T1, T3: the mirror equals the tables, after repeats, restarts and outages of Valkey."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import redis
from pydantic import SecretStr

from app.breakers import Breaker, Limits, StateChange
from app.bus.diagnosis import NoAnswerError
from app.bus.errors import ReadError
from app.core.entries import PartitionEntry
from app.core.policy import Policy, TrustPolicy
from app.embedded.valkey import ValkeyServer
from app.mirror.client import connect
from app.mirror.policies import PolicyBook
from app.mirror.sink import MirrorSink
from app.mirror.updates import Updates
from app.settings import RedisSettings
from tests.integration.mirror.feed import Feed
from tests.integration.mirror.log import NOW, POLICIES, Mirror, Topics, decision, entry, forgetting, transition, trust
from tests.junk import JUNK

SOON = Limits(failures=2, reset_s=0.1, call_s=1.0)


class Mirrored(NamedTuple):
    mirror: Mirror
    feed: Feed
    opened: asyncio.Event
    changes: list[StateChange]

    async def shows(self, bad: dict[str, float]) -> bool:
        return await self.mirror.board("trust") == {agent: trust(value) for agent, value in bad.items()}


def _made(settings: RedisSettings, read: Callable[[], PolicyBook] = lambda: POLICIES) -> Mirrored:
    mirror, changes = Mirror(connect(settings), settings), list[StateChange]()
    opened = asyncio.Event()

    def tell(change: StateChange) -> None:
        changes.append(change)
        if change.after == "open":
            opened.set()

    sink = MirrorSink(mirror.store, Breaker("redis", SOON, tell), Topics(read))
    return Mirrored(mirror, Feed(sink), opened, changes)


@pytest.fixture
async def mirrored(fresh_settings: Callable[[], RedisSettings]) -> AsyncIterator[Mirrored]:
    made = _made(fresh_settings())
    yield made
    await made.mirror.redis.aclose()


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    """One that a test may kill."""
    with ValkeyServer(tmp_path / "valkey") as server:
        yield server


@pytest.fixture
async def fragile(own_valkey: ValkeyServer) -> AsyncIterator[Mirrored]:
    made = _made(RedisSettings(url=SecretStr(own_valkey.url)))
    yield made
    await made.mirror.redis.aclose()


async def _deliver(mirrored: Mirrored) -> None:
    await mirrored.feed.begin()
    await mirrored.feed.deliver()


async def test_scores_states_history_and_health_are_mirrored(mirrored: Mirrored) -> None:
    mirrored.feed.append(entry("ann", 1, 4.0), entry("bob", 2, 0.0), entry("ann", 3, 12.0))
    mirrored.feed.append(transition("ann", 1))
    mirrored.feed.append(decision("ann", 5, 50.0), decision("ann", 6, 25.0))
    await _deliver(mirrored)
    assert await mirrored.shows({"ann": 12.0, "bob": 0.0})
    scores = await mirrored.mirror.scores()
    assert (scores["ann"].trust, scores["ann"].at, scores["ann"].offset) == (25.0, NOW + 3, 3)
    assert (await mirrored.mirror.states())["ann"].state == "quarantined"
    assert await mirrored.mirror.board("contained") == {"ann": NOW + 1}
    assert await mirrored.mirror.history("ann") == [("5-1", 50.0), ("6-1", 25.0)]
    keys = mirrored.mirror.store.keys
    assert 0 < await mirrored.mirror.redis.pttl(keys.health("mirror")) <= 30_000
    assert await mirrored.mirror.store.fleets() == ["north"]


async def test_a_new_owner_goes_on_where_the_mirror_is_and_repeats_change_nothing(mirrored: Mirrored) -> None:
    mirrored.feed.append(*(entry("ann", number, float(number)) for number in range(1, 30)))
    await _deliver(mirrored)
    mirrored.feed.append(entry("ann", 30, 2.0))
    await _deliver(mirrored)
    assert await mirrored.shows({"ann": 2.0})
    assert mirrored.feed.rewound == 0


async def test_two_owners_at_once_end_with_the_newest(mirrored: Mirrored) -> None:
    """A zombie that has not noticed that it lost its partitions."""
    await _deliver(mirrored)
    zombie = Feed(mirrored.feed._sink)
    records = [entry("ann", number, float(number)) for number in range(1, 40)]
    mirrored.feed.append(*records)
    zombie.append(*records[:20])
    await asyncio.gather(_deliver(mirrored), _deliver(mirrored._replace(feed=zombie)))
    assert await mirrored.shows({"ann": 39.0})


async def test_an_agent_that_is_forgotten_leaves_the_leaderboard(mirrored: Mirrored) -> None:
    mirrored.feed.append(entry("ann", 1, 4.0), entry("ann", 2, None))
    await _deliver(mirrored)
    assert await mirrored.shows({})
    assert (await mirrored.mirror.scores())["ann"].forgotten


async def test_what_has_not_changed_for_long_goes(mirrored: Mirrored) -> None:
    ttl_ms = int(RedisSettings().ttl_s * 1000)
    mirrored.feed.append(entry("old", 1, 4.0), decision("old", 1, 50.0), entry("ann", 2, 1.0, time=NOW + ttl_ms + 2))
    await _deliver(mirrored)
    assert await mirrored.shows({"ann": 1.0})
    assert set(await mirrored.mirror.scores()) == {"ann"}
    assert 0 < await mirrored.mirror.redis.pttl(mirrored.mirror.store.keys.history("north", "old")) <= ttl_ms


async def test_a_worker_whose_clock_is_ahead_makes_nobody_old(mirrored: Mirrored) -> None:
    seconds = int(time.time())
    ahead = (seconds + 10 * int(RedisSettings().ttl_s)) * 1000
    mirrored.feed.append(entry("ann", 1, 4.0, time=seconds * 1000), entry("bob", 2, 1.0, time=ahead))
    await _deliver(mirrored)
    assert await mirrored.shows({"ann": 4.0, "bob": 1.0})


@pytest.mark.parametrize("value", JUNK)
async def test_what_somebody_else_has_put_on_a_topic_is_passed_over(mirrored: Mirrored, value: bytes) -> None:
    junk = (msgspec.structs.replace(record, value=value) for record in (transition("ann", 1), entry("ann", 1, 4.0)))
    nameless = msgspec.structs.replace(entry("ann", 2, 4.0), key=value)
    mirrored.feed.append(*junk, nameless, transition("ann", 2), entry("ann", 3, 12.0))
    await _deliver(mirrored)
    assert (await mirrored.mirror.states())["ann"].epoch == 2
    assert await mirrored.shows({"ann": 12.0})


async def test_a_history_is_bounded(fresh_settings: Callable[[], RedisSettings]) -> None:
    made = _made(fresh_settings().model_copy(update={"history": 100}))
    made.feed.append(*(decision("ann", number, 50.0) for number in range(1, 501)))
    await _deliver(made)
    kept = await made.mirror.history("ann")
    assert kept[-1][0] == "500-1"
    assert 100 <= len(kept) < 300
    await made.mirror.redis.aclose()


async def test_scores_follow_a_change_of_policy(fresh_settings: Callable[[], RedisSettings]) -> None:
    changed = PolicyBook({}, {(0,): PartitionEntry(policy=Policy(version=1, trust=TrustPolicy(prior=1.0)))})
    read = iter([PolicyBook({}, {(0,): PartitionEntry(policy=Policy(version=0))}), changed])
    made = _made(fresh_settings(), lambda: next(read))
    made.feed.append(decision("ann", 1, 50.0, policy_version=1), entry("ann", 1, 4.0))
    await _deliver(made)
    assert await made.mirror.board("trust") == {"ann": 20.0}
    await made.mirror.redis.aclose()


async def test_a_kafka_that_does_not_answer_for_a_moment_ends_no_sink(
    fresh_settings: Callable[[], RedisSettings],
) -> None:
    errors = [ReadError("Kafka fell silent"), NoAnswerError("Kafka does not answer")]

    def read() -> PolicyBook:
        if errors:
            raise errors.pop()
        return POLICIES

    made = _made(fresh_settings(), read)
    made.feed.append(entry("ann", 1, 4.0))
    await _deliver(made)
    assert await made.shows({"ann": 4.0})
    await made.mirror.redis.aclose()


async def test_a_rebuild_that_is_given_up_leaves_nothing_behind(mirrored: Mirrored) -> None:
    store, keys = mirrored.mirror.store, mirrored.mirror.keys
    await store.begin("north", "token", 200)
    mirrored.feed.append(entry("ann", 1, 4.0), transition("ann", 1))
    await _deliver(mirrored)
    assert await mirrored.mirror.redis.exists(*keys.following) == 5
    while await mirrored.mirror.redis.exists(keys.rebuild, *keys.following):  # noqa: ASYNC110 - Valkey tells nobody
        await asyncio.sleep(0.02)
    assert not await store.switch("north", "token")
    assert await mirrored.shows({"ann": 4.0})
    assert await mirrored.mirror.redis.ttl(keys.scores) == -1


async def test_what_a_rebuild_has_switched_stays(mirrored: Mirrored) -> None:
    store, keys = mirrored.mirror.store, mirrored.mirror.keys
    await store.begin("north", "token", 60_000)
    mirrored.feed.append(entry("ann", 1, 4.0), transition("ann", 1), transition("bob", 2), forgetting("bob", 2, 3))
    await _deliver(mirrored)
    assert await store.switch("north", "token")
    assert {await mirrored.mirror.redis.ttl(key) for key in keys.replaced} == {-1}
    assert await mirrored.shows({"ann": 4.0})


async def test_a_user_with_rights_to_the_prefix_alone_is_enough(own_valkey: ValkeyServer) -> None:
    """As docs/mirror.md says."""
    rights = ["~ringfence:*", "-@all", "+@read", "+@write", "+@scripting", "+@connection"]
    with redis.Redis.from_url(own_valkey.url) as admin:
        admin.execute_command("ACL", "SETUSER", "mirror", "on", ">password", *rights)
    url = own_valkey.url.replace("redis://", "redis://mirror:password@")
    made = _made(RedisSettings(url=SecretStr(url)))
    made.feed.append(entry("ann", 1, 4.0), transition("ann", 1), decision("ann", 1, 50.0))
    await asyncio.wait_for(_deliver(made), 10)
    assert await made.shows({"ann": 4.0})
    await made.mirror.redis.aclose()


async def test_valkey_killed_and_started_again_with_nothing_is_caught_up(
    fragile: Mirrored, own_valkey: ValkeyServer
) -> None:
    fragile.feed.append(*(entry(f"agent-{number}", number, float(number)) for number in range(1, 50)))
    await _deliver(fragile)
    own_valkey.kill()
    shutil.rmtree(own_valkey.data / "appendonlydir")
    fragile.feed.append(entry("late", 50, 3.0))
    waiting = asyncio.create_task(fragile.feed.deliver())
    await fragile.opened.wait()
    await asyncio.to_thread(own_valkey.start)
    await waiting
    assert await fragile.shows({f"agent-{number}": float(number) for number in range(1, 50)} | {"late": 3.0})
    assert fragile.feed.rewound == 1
    assert [change.after for change in fragile.changes[:1] + fragile.changes[-1:]] == ["open", "closed"]


async def test_what_is_lost_in_silence_is_noticed_without_a_new_record(fragile: Mirrored) -> None:
    """A failover behind a proxy: no connection breaks, but the last writes are gone."""
    fragile.feed.append(*(entry(f"agent-{number}", number, float(number)) for number in range(1, 20)))
    await _deliver(fragile)
    await fragile.mirror.redis.flushall()
    await fragile.feed.deliver()
    assert await fragile.shows({f"agent-{number}": float(number) for number in range(1, 20)})


@pytest.mark.parametrize("junk", ["soon", "", "-1", "007", "9" * 5_000])
async def test_positions_that_somebody_else_has_written_hold_up_the_mirror_alone(fragile: Mirrored, junk: str) -> None:
    """The sink waits behind its breaker, which says why, and goes on when they are deleted."""
    fragile.feed.append(entry("ann", 1, 4.0))
    await _deliver(fragile)
    position = fragile.mirror.store.keys.position
    ((field, _),) = (await fragile.mirror.redis.hgetall(position)).items()
    await fragile.mirror.redis.hset(position, field, junk)
    waiting = asyncio.create_task(fragile.feed.deliver())
    await fragile.opened.wait()
    assert "a position is no offset" in str(fragile.changes[0].reason)
    await fragile.mirror.redis.delete(position)
    await waiting
    assert await fragile.shows({"ann": 4.0})


async def test_what_is_lost_before_the_first_position_is_written_is_noticed(
    fragile: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then there is no position that could be lower than it was."""
    store, flushes = fragile.mirror.store, [fragile.mirror.redis.flushall]
    apply = store.apply

    async def apply_and_lose(updates: Updates) -> None:
        await apply(updates)
        if flushes:
            await flushes.pop()()

    monkeypatch.setattr(store, "apply", apply_and_lose)
    fragile.feed.append(*(entry(f"agent-{number}", number, float(number)) for number in range(1, 20)))
    await _deliver(fragile)
    assert await fragile.shows({f"agent-{number}": float(number) for number in range(1, 20)})


async def test_a_silent_valkey_opens_the_breaker_and_loses_nothing(fragile: Mirrored) -> None:
    await _deliver(fragile)
    await fragile.mirror.redis.client_pause(60_000)
    fragile.feed.append(entry("ann", 1, 4.0))
    waiting = asyncio.create_task(_deliver(fragile))
    await fragile.opened.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
