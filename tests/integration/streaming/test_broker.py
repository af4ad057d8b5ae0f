"""STREAM-1, BUS-3: the broker dies and comes back; records come, in and out, exactly once."""

import time
from pathlib import Path

import pytest

from app.embedded.kafka import KafkaServer
from tests.integration.streaming.harness import Run, sends

pytestmark = [pytest.mark.kafka]


def test_killed_broker_comes_back(own_kafka: KafkaServer, tmp_path: Path) -> None:
    with Run(own_kafka.bootstrap, tmp_path) as run:
        run.start()
        run.send(1_000)
        run.wait_more(100)
        own_kafka.kill()
        back = time.monotonic() + 12
        run.wait_until(lambda: time.monotonic() > back, supervise=True)
        own_kafka.start()
        run.wait_until(lambda: sends(run) and len(run.sent) >= 1_500, supervise=True)
        run.wait_decided(timeout_s=120, supervise=True)
        run.check()


def test_partition_with_a_gap_stands_still_until_it_is_allowed(bootstrap: str, tmp_path: Path) -> None:
    """Decision 4: records that were never folded are gone; the others go on, the partition waits for a word."""
    allowed = tmp_path / "gap-allowed"
    with Run(bootstrap, tmp_path, partitions=2, gap_allowed=str(allowed)) as run:
        for _ in range(100):
            run.send_one(b"agent-0", b"{}", partition=0)
            run.send_one(b"agent-1", b"{}", partition=1)
        run.wait_sent()
        run.truncate(partition=0, before=40)
        worker = run.start()
        run.wait_until(lambda: len(run.decided) >= 100)
        assert {partition for partition, _, _ in run.decided} == {1}
        assert worker.logged("partition stands still")
        allowed.touch()
        run.wait_decided()
        run.check()
