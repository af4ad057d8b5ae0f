"""OPS-2: a worker that is told to stop ends, whatever became of Kafka; nothing is left behind."""

import pytest

from app.streaming.exit import ExitCode
from tests.system.system import System

pytestmark = [pytest.mark.kafka]


def test_worker_stops_without_kafka(system: System) -> None:
    [worker] = system.start("a")
    system.kafka.kill()
    assert worker.stop() in {0, ExitCode.FAILED}
