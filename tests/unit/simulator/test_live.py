"""SIM-2: a simulation keeps to real time, and catches up when it could not."""

from datetime import UTC, datetime

from app.simulator.live import MAX_BATCH, TICK_S, in_real_time
from app.simulator.simulation import START, Plan, simulate


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, now: datetime) -> None:
        self.now = now.timestamp()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_no_event_comes_before_its_moment_nor_much_later() -> None:
    clock = Clock(START)
    for batch in in_real_time(simulate(Plan("healthy", seed=1, duration_s=10)), clock, clock.sleep):
        for event in batch:
            late = clock.now - datetime.fromisoformat(event.timestamp or "").timestamp()
            assert 0 <= late <= TICK_S + 1e-3


def test_nothing_is_lost_or_reordered() -> None:
    clock = Clock(START)
    plan = Plan("conflict", seed=1, duration_s=10)
    batches = in_real_time(simulate(plan), clock, clock.sleep)
    assert [event for batch in batches for event in batch] == list(simulate(plan))


def test_what_is_behind_comes_at_once_in_bounded_batches() -> None:
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    batches = list(in_real_time(simulate(Plan("healthy", seed=1, rate=1_000, duration_s=10)), clock, clock.sleep))
    assert {len(batch) for batch in batches[:-1]} == {MAX_BATCH}
    assert clock.now == datetime(2030, 1, 1, tzinfo=UTC).timestamp()
