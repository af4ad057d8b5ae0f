"""BUS-7, STREAM-1: workers come, go, freeze and wake; partitions move; nothing is lost, doubled or reordered."""

import signal

import pytest

from app.streaming.exit import ExitCode
from tests.integration.streaming.harness import Run, sends

pytestmark = [pytest.mark.kafka]


def test_two_workers_share_and_one_is_removed(run: Run) -> None:
    run.start("a")
    run.send(500)
    run.wait_decided()
    run.start("b")
    run.wait_until(lambda: sends(run) and bool(run.workers["b"].owned()))
    run.workers["a"].terminate()
    run.send(500)
    run.wait_decided()
    assert run.workers["b"].owned() == list(range(run.partitions))
    assert run.ended_themselves() == []
    run.check()


def test_frozen_worker_wakes_as_a_zombie_and_ends(run: Run) -> None:
    """A worker that was stopped for longer than its session cannot commit: its transactions are fenced."""
    run.start("a")
    run.start("b")
    run.wait_until(lambda: sends(run) and bool(run.workers["a"].owned()) and bool(run.workers["b"].owned()))
    run.send(3_000)
    run.wait_more(10)
    run.workers["a"].signal(signal.SIGSTOP)
    run.send(500)
    run.wait_until(lambda: run.workers["b"].owned() == list(range(run.partitions)))
    run.wait_decided()
    run.workers["a"].signal(signal.SIGCONT)
    run.wait_until(lambda: sends(run) and bool(run.workers["a"].owned() or run.workers["a"].process.poll()))
    assert run.workers["a"].process.poll() in {None, ExitCode.FENCED, ExitCode.FAILED}
    run.wait_decided(supervise=True)
    run.check()


def test_rolling_restart_under_load(run: Run) -> None:
    run.start("a")
    run.start("b")
    run.wait_until(lambda: sends(run) and bool(run.workers["a"].owned()) and bool(run.workers["b"].owned()))
    for worker in run.workers.values():
        worker.terminate()
        worker.restart()
        run.wait_until(lambda: sends(run) and bool(worker.owned()))  # noqa: B023 - used within this turn
    run.wait_decided()
    assert run.ended_themselves() == []
    run.check()


def test_standby_takes_over_without_reading_everything(run: Run) -> None:
    run.start("a")
    run.send(3_000)
    run.wait_decided()
    run.start("b")
    run.wait_until(lambda: sends(run) and bool(run.workers["a"].owned()) and bool(run.workers["b"].owned()))
    run.wait_until(lambda: sends(run) and run.workers["b"].metrics()["standby_copied"] > 200)
    copied = run.workers["b"].metrics()["standby_copied"]
    run.workers["a"].kill()
    run.wait_until(lambda: run.workers["b"].owned() == list(range(run.partitions)))
    run.send(200)
    run.wait_decided()
    assert run.workers["b"].recovered()[-1] < copied
    assert run.ended_themselves() == []
    run.check()
