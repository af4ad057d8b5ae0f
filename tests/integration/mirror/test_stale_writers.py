"""REDIS-1: two delayed writers and a rebuild, in any interleaving, never bring back an older value."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.bus.envelope import Envelope
from app.mirror.client import connect
from app.mirror.rebuild import Tables, rebuild
from app.mirror.updates import Updates
from app.settings import RedisSettings
from tests.integration.mirror.log import (
    AGENTS,
    FLEET,
    LOGS,
    POLICIES,
    Mirror,
    decision,
    entry,
    forgetting,
    transition,
    trust,
)

T = TypeVar("T")
NAMES = st.sampled_from(["ann", "bob"])


class DelayedWriters(RuleBasedStateMachine):
    """A log that grows, and two writers that each write slices of it, late and again."""

    fresh: Callable[[], RedisSettings]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.redis = connect(redis_settings := self.fresh())
        self.mirror = Mirror(self.redis, redis_settings)
        self.log: list[Envelope] = []
        self.sent = [0, 0]
        self.offsets: dict[str, int] = {}
        self.last_epoch: dict[str, int] = {}
        """Of those about whom something stands, as of the log's end."""
        self.states: dict[str, int] = {}
        self.moves: dict[str, int] = {}

    def teardown(self) -> None:
        self.run(self.redis.aclose())
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(agent=NAMES, bad=st.one_of(st.none(), st.integers(0, 9)), kind=st.sampled_from("stfh"))
    def append(self, agent: str, bad: int | None, kind: str) -> None:
        offset = len(self.log) + 1
        known = self.last_epoch.get(agent)
        if kind == "f" and known is not None:
            self.log.append(forgetting(agent, self.last_epoch.pop(agent), offset))
        elif kind in "tf":
            self.log.append(transition(agent, offset))
            self.last_epoch[agent] = offset
        else:
            self.log.append({"s": entry(agent, offset, bad), "h": decision(agent, offset, 50.0)}[kind])

    @rule(writer=st.sampled_from([0, 1]), back=st.integers(0, 3), count=st.integers(1, 4))
    def write(self, writer: int, back: int, count: int) -> None:
        """Some that it has written already, then some more."""
        start = max(0, self.sent[writer] - back)
        self.sent[writer] = max(self.sent[writer], min(start + count, len(self.log)))
        records = self.log[start : start + count]
        self.run(self.mirror.store.apply(self.updates(records)))
        self.note(records)

    @rule(meanwhile=st.integers(0, 3))
    def rebuild(self, meanwhile: int) -> None:
        """From all that is committed, while a writer writes."""

        async def both() -> None:
            def read() -> Tables:
                return Tables(
                    AGENTS,
                    LOGS[AGENTS],
                    [record for record in self.log if record.topic == AGENTS],
                    [record for record in self.log if record.topic != AGENTS and record.key != FLEET.encode()],
                    POLICIES,
                )

            late = self.updates(self.log[:meanwhile])
            await asyncio.gather(rebuild(self.mirror.store, [FLEET], read), self.mirror.store.apply(late))

        self.run(both())
        self.note(self.log[:meanwhile])
        self.note([record for record in self.log if record.key != FLEET.encode()])

    def updates(self, records: list[Envelope]) -> Updates:
        updates = Updates(LOGS)
        updates.table(AGENTS, [record for record in records if record.topic == AGENTS], POLICIES)
        updates.transitions(record for record in records if record.topic.startswith("agent-enf"))
        updates.decisions((record for record in records if record.topic.startswith("agent-dec")), POLICIES)
        return updates

    def note(self, records: list[Envelope]) -> None:
        for record in records:
            kind = {AGENTS: self.offsets, "agent-enforcement-state": self.states}.get(record.topic, self.moves)
            for agent in ("ann", "bob"):
                if agent.encode() in (record.key or b"") + (record.value or b""):
                    kind[agent] = max(kind.get(agent, 0), record.offset)

    @invariant()
    def the_newest_that_was_ever_written_stands(self) -> None:
        scores, states = self.run(self.mirror.scores()), self.run(self.mirror.states())
        assert {agent: score.offset for agent, score in scores.items()} == self.offsets
        standing = {agent: offset for agent, offset in self.states.items() if self.log[offset - 1].value is not None}
        assert {agent: state.epoch for agent, state in states.items()} == standing
        assert self.run(self.mirror.board("forgotten")).keys() == self.states.keys() - standing.keys()
        board = self.run(self.mirror.board("trust"))
        assert board == {agent: score.trust for agent, score in scores.items() if not score.forgotten}
        assert self.run(self.mirror.board("contained")).keys() == states.keys()

    @invariant()
    def the_history_rises_and_repeats_nothing(self) -> None:
        for agent, newest in self.moves.items():
            offsets = [int(id_.split("-")[0]) for id_, _ in self.run(self.mirror.history(agent))]
            assert offsets == sorted(set(offsets))
            assert offsets[-1] == newest


def test_delayed_writers_never_bring_back_an_older_value(fresh_settings: Callable[[], RedisSettings]) -> None:
    class Writers(DelayedWriters):
        fresh = staticmethod(fresh_settings)

    run_state_machine_as_test(Writers, settings=settings(max_examples=100, stateful_step_count=20, deadline=None))


def test_a_late_record_brings_no_forgotten_state_back(fresh_settings: Callable[[], RedisSettings]) -> None:
    async def scenario() -> None:
        redis_settings = fresh_settings()
        async with connect(redis_settings) as redis:
            mirror, standing = Mirror(redis, redis_settings), []
            written = (transition("ann", 1), transition("ann", 2), forgetting("ann", 2, 3))
            for record in (*written, *written, *reversed(written), transition("ann", 4), written[-1]):
                updates = Updates(LOGS)
                updates.transitions([record])
                await mirror.store.apply(updates)
                standing.append([state.epoch for state in (await mirror.states()).values()])
            assert standing == [[1], [2], *[[]] * 7, [4], [4]]
            assert await mirror.board("forgotten") == {}

    asyncio.run(scenario())


def test_notes_of_the_forgotten_go_in_time(fresh_settings: Callable[[], RedisSettings]) -> None:
    async def scenario() -> None:
        redis_settings = fresh_settings()
        async with connect(redis_settings) as redis:
            mirror = Mirror(redis, redis_settings)
            later = forgetting("bob", 2, 4 + int(redis_settings.ttl_s * 1000))
            for record in (transition("ann", 1), transition("bob", 2), forgetting("ann", 1, 3), later):
                updates = Updates(LOGS)
                updates.transitions([record])
                await mirror.store.apply(updates)
            assert await mirror.states() == {}
            assert (await mirror.board("forgotten")).keys() == {"bob"}
            assert await redis.hkeys(mirror.keys.enforcement) == [b"bob"]

    asyncio.run(scenario())


def test_a_score_is_that_of_the_table(fresh_settings: Callable[[], RedisSettings]) -> None:
    async def scenario() -> None:
        redis_settings = fresh_settings()
        async with connect(redis_settings) as redis:
            mirror, updates = Mirror(redis, redis_settings), Updates(LOGS)
            updates.table(AGENTS, [entry("ann", 1, 4.0), entry("bob", 2, 0.0)], POLICIES)
            await mirror.store.apply(updates)
            assert await mirror.board("trust") == {"ann": trust(4.0), "bob": 100.0}

    asyncio.run(scenario())
