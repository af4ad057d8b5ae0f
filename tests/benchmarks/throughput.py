"""How many records a second a contestant counts: start-up not included, output and commit included."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.contestant import Contestant, process
from tests.benchmarks.running import CpuMeter, wait_for
from tests.benchmarks.setup import Setup
from tests.benchmarks.topics import Record, append_times, end, make_topic

AGENTS = 1_000
WARM_UP = 0.1
"""Share of the records that come before the measurement."""


class Throughput(NamedTuple):
    """Records a second, and microseconds of CPU for each."""

    per_second: float
    cpu_us: float


def counter_input(count: int) -> Iterator[Record]:
    """Small messages of a thousand agents."""
    for number in range(count):
        agent = b"agent-%d" % (number % AGENTS)
        yield Record(agent, b'{"agent_id":"%s","target":"agent-0","n":%d}' % (agent, number))


def measure(contestant: Contestant, bootstrap: str, topic: str, records: int, folder: Path) -> Throughput:
    """Run a contestant over the first records of a filled topic.

    Raises BenchmarkError where it ends or does not finish in time.
    """
    app_id = f"bench-{uuid.uuid4().hex[:8]}"
    setup = Setup(bootstrap, app_id, topic, make_topic(bootstrap, f"{app_id}-out"), str(folder / app_id))
    running = process(contestant, setup, folder / f"{app_id}.log")
    running.start()
    try:
        meter = CpuMeter(running)
        wait_for(lambda: meter.look(end(bootstrap, setup.output)) >= records, running)
    finally:
        running.kill()
    return Throughput(steady_rate(append_times(bootstrap, setup.output)), meter.us_per_record())


def steady_rate(times: list[int]) -> float:
    """Records a second after the warm-up; times are in milliseconds, in order.

    >>> steady_rate(list(range(0, 1000, 10)))
    100.0
    """
    first = int(len(times) * WARM_UP)
    return (len(times) - 1 - first) / max(1, times[-1] - times[first]) * 1000
