"""From the SIGKILL of a worker to the first new decision of each of its partitions."""

import os
import random
import signal
import time
from pathlib import Path

import msgspec

from app.embedded.worker import WorkerProcess
from app.events import Progress
from app.topics import PROGRESS
from tests.benchmarks.decisions import DecisionTimes
from tests.benchmarks.fleets import fleet_records
from tests.benchmarks.latency import FLEETS
from tests.benchmarks.running import wait_for
from tests.benchmarks.steady_load import SteadyLoad
from tests.benchmarks.system import System, system
from tests.benchmarks.topics import read_all

RATE = 500.0
SETTLE_S = 8.0
"""Between two kills: the killed worker is back, its partitions balanced, its standbys warm."""
KILL_S = 30
"""Enough messages for so long a time of each kill: a repeated one would be less work."""
RESTART_S = 0.5
"""What a supervisor takes to notice."""


def measure_failover(folder: Path, workers: int, kills: int) -> list[float]:
    """Seconds, one for each partition of each killed worker; a killed worker is started again at once.

    Raises BenchmarkError where a partition stays without decisions.
    """
    with system(folder, workers) as made:
        made.start()
        made.wait_until_caught_up()
        records = list(fleet_records(int(kills * RATE * KILL_S), FLEETS))
        with DecisionTimes(made.bootstrap) as decisions, SteadyLoad(made.bootstrap, records, RATE) as load:
            return [wait for _ in range(kills) for wait in _kill(made, decisions, load)]


def _kill(made: System, decisions: DecisionTimes, load: SteadyLoad) -> list[float]:
    time.sleep(SETTLE_S + random.random())
    victim = random.choice(made.workers)
    partitions = owned(made.bootstrap, victim)
    os.kill(victim.pid or 0, signal.SIGKILL)
    killed = time.perf_counter()
    time.sleep(RESTART_S)
    victim.start()
    first: dict[int, float] = {}
    wait_for(lambda: _note(first, killed, decisions, load).keys() >= partitions, victim)
    return [first[partition] - killed for partition in partitions]


def owned(bootstrap: str, worker: WorkerProcess) -> set[int]:
    """The partitions that a worker was the last to make progress on."""
    latest: dict[int, Progress] = {}
    for record in sorted(read_all(bootstrap, PROGRESS.name), key=lambda record: record.offset() or 0):
        progress = msgspec.json.decode(record.value() or b"", type=Progress)
        latest[progress.partition] = progress
    return {number for number, progress in latest.items() if worker.web.endswith(progress.worker)}


def _note(first: dict[int, float], killed: float, decisions: DecisionTimes, load: SteadyLoad) -> dict[int, float]:
    """Add, for each partition, when the first message produced after the kill was decided."""
    for place, at in list(decisions.seen.items()):
        if load.produced.get(place, 0.0) > killed:
            first[place.partition] = min(at, first.get(place.partition, at))
    return first
