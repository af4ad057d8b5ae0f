"""What a worker needs for many agents: memory, disk and CPU."""

from pathlib import Path
from typing import NamedTuple

import psutil

from app.topics import RAW
from tests.benchmarks.fleets import fleet_records
from tests.benchmarks.running import CpuMeter, wait_for
from tests.benchmarks.system import system
from tests.benchmarks.topics import end, fill

FLEET = 100
MESSAGES_PER_AGENT = 4
MB = 1024 * 1024
HUNDRED_THOUSAND = 100_000


class Footprint(NamedTuple):
    """For 100,000 agents."""

    memory_mb: float
    disk_mb: float
    cpu_s: float
    """To decide one message of each."""


def measure_footprint(agents: int, folder: Path) -> Footprint:
    """Let one worker meet so many agents in fleets of a hundred, and scale what it has grown by.

    Raises BenchmarkError where it does not finish in time.
    """
    with system(folder) as made:
        worker = made.workers[0]
        made.start()
        made.wait_until_caught_up()
        empty_bytes = psutil.Process(worker.pid).memory_info().rss
        fill(made.bootstrap, RAW.name, fleet_records(agents * MESSAGES_PER_AGENT, agents // FLEET, FLEET))
        records, meter = end(made.bootstrap, RAW.name), CpuMeter(worker)
        wait_for(lambda: meter.look(made.decided()) >= records, worker)
        grown_bytes = psutil.Process(worker.pid).memory_info().rss - empty_bytes
        scale = HUNDRED_THOUSAND / agents
        return Footprint(
            grown_bytes / MB * scale,
            _size(worker.folder) / MB * scale,
            meter.us_per_record() * HUNDRED_THOUSAND / 1e6,
        )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
