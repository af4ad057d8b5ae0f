"""The fold is a function of the log alone (STREAM-1, STREAM-4, D4, D6)."""

from collections.abc import Iterator

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.entries import PartitionEntry
from app.core.outputs import Step
from app.core.state import State
from app.core.table import Key, Table
from app.core.timers import Timer
from app.events import LogPosition
from tests.properties.fold_logs import SHORT_POLICY, logs
from tests.unit.core.folding import Fold, Tables, dead_letter, decision
from tests.unit.core.records import PARTITION, Record

fast = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@fast
@given(logs)
def test_every_record_has_exactly_one_decision_or_one_dead_letter(log: list[Record]) -> None:
    """STREAM-1, D4."""
    for record, done in zip(log, Fold(SHORT_POLICY).run(log), strict=True):
        channels = [output.channel for output in done.outputs]
        assert channels.count("decisions") + channels.count("dead-letters") == 1
        answer = dead_letter(done) if "dead-letters" in channels else decision(done)
        assert answer.position == LogPosition(PARTITION, record.offset)
        assert ("forward" in channels) == ("decisions" in channels and decision(done).kind == "forwarded")


@fast
@given(logs, st.data())
def test_batches_restarts_and_caches_change_nothing(log: list[Record], data: st.DataObject) -> None:
    """STREAM-4, T2: same outputs, chain and tables wherever batches end, processes restart and caches fill."""
    whole = Fold(SHORT_POLICY)
    expected = whole.run(log)
    cut = Fold(SHORT_POLICY, cached=data.draw(st.integers(1, 6)))
    for record, done in zip(log, expected, strict=True):
        assert cut.step(record) == done
        if data.draw(st.booleans()):
            cut.flush()
            if data.draw(st.booleans()):
                cut.restart()
    assert cut.stored() == whole.stored()


@fast
@given(logs)
def test_what_was_not_committed_is_folded_again_alike(log: list[Record]) -> None:
    """STREAM-4: a process that dies with unflushed records folds them again, to the same bytes."""
    half = len(log) // 2
    fold = Fold(SHORT_POLICY)
    fold.run(log[:half])
    fold.flush()
    lost = fold.run(log[half:])
    fold.restart()
    assert fold.run(log[half:]) == lost


@fast
@given(logs)
def test_a_refused_record_changes_nothing_but_chain_offset_and_used_numbers(log: list[Record]) -> None:
    """A log without its refused records has the same decisions and tables."""
    whole = Fold(SHORT_POLICY)
    done = dict(zip(log, whole.run(log), strict=True))
    good = [record for record in log if done[record].outputs[0].channel != "dead-letters"]
    without = Fold(SHORT_POLICY)
    assert [step.outputs for step in without.run(good)] == [done[record].outputs for record in good]
    assert _without_place(without.stored()) == _without_place(whole.stored())


def _without_place(tables: Tables) -> Tables:
    partitions = {}
    for key, entry in tables["partitions"].items():
        found = msgspec.json.decode(entry, type=PartitionEntry)
        keys = {name: msgspec.structs.replace(issuer, sequence=0) for name, issuer in found.keys.items()}
        placeless = msgspec.structs.replace(
            found, chain=b"", next_offset=0, keys=keys, revoked=dict.fromkeys(found.revoked, 0)
        )
        partitions[key] = msgspec.json.encode(placeless)
    return {**tables, "partitions": partitions}


class ScanningState(State):
    """The oracle of the timers: looks at every entry each time."""

    def first_due(self, fleet: str, now: int) -> Timer | None:
        first = min((timer for timer in self._all() if timer.fleet == fleet), default=None)
        return first if first is not None and first.due <= now else None

    def pop_due(self, fleet: str, now: int) -> Timer | None:
        return self.first_due(fleet, now)

    def _all(self) -> Iterator[Timer]:
        for table in self._tables:
            assert isinstance(table, Table)
            stored = [msgspec.json.decode(key, type=Key) for key, _ in table._backing.items()]
            for key in {**dict.fromkeys(stored), **table._old, **table._young, **table.changed}:
                entry = table.get(key)
                if entry is not None and entry.due is not None:
                    yield Timer(entry.due, table.name, key)


@fast
@given(logs)
def test_timers_fire_in_order_of_time_then_key_and_none_is_lost_or_repeated(log: list[Record]) -> None:
    """Design decision 3: the lazy heaps do what a scan of all entries does."""
    lazy, scanning = Fold(SHORT_POLICY), Fold(SHORT_POLICY, open_state=ScanningState)
    assert lazy.run(log) == scanning.run(log)
    assert lazy.stored() == scanning.stored()


@fast
@given(logs)
def test_decisions_keep_the_order_of_the_log_for_each_agent(log: list[Record]) -> None:
    """D6, STREAM-3: each score continues where the agent's last one stood, but for what time forgives."""
    offsets = [decision(done).position.offset for done in Fold(SHORT_POLICY).run(log) if _decided(done)]  # type: ignore[union-attr]
    assert offsets == sorted(set(offsets))


def _decided(done: Step) -> bool:
    return done.outputs[0].channel == "decisions"
