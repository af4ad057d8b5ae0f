"""STREAM-1, STREAM-3, STREAM-4: whatever ends a worker, every record is decided exactly once."""

import pytest

from app.streaming.failpoints import VARIABLE
from tests.integration.streaming.harness import Run

pytestmark = [pytest.mark.kafka]


def test_records_are_decided_once_in_order(run: Run) -> None:
    run.start()
    run.send(5_000)
    run.wait_decided()
    assert run.workers["a"].terminate() == 0
    run.check()


def test_killed_worker_loses_and_doubles_nothing(run: Run) -> None:
    run.start()
    for _ in range(3):
        run.send(2_000)
        run.wait_more(100)
        run.workers["a"].kill()
        run.workers["a"].restart()
    run.wait_decided()
    run.check()


FAILPOINTS = [
    "before-transaction",
    "between-sends",
    "before-commit",
    "after-commit",
    "during-recovery",
    "during-rebalance",
]


@pytest.mark.parametrize("name", FAILPOINTS)
def test_death_at_the_worst_moment(run: Run, name: str) -> None:
    folder = run.folder / "hits"
    folder.mkdir()
    after = 5 if name in FAILPOINTS[:4] else 0
    run.start("a", {VARIABLE: f"{name}:3:{folder}:{after}"})

    def three_died() -> bool:
        run.send(20)
        return len(list(folder.iterdir())) == 3

    run.wait_until(three_died, supervise=True)
    run.wait_decided(supervise=True)
    run.check()
