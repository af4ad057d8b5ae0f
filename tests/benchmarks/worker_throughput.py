"""How many messages a second the whole worker decides: decode, fold, chain, tables, commit."""

from pathlib import Path

from app.topics import DECISIONS, RAW
from tests.benchmarks.fleets import fleet_records
from tests.benchmarks.running import CpuMeter, wait_for
from tests.benchmarks.system import system
from tests.benchmarks.throughput import Throughput, steady_rate
from tests.benchmarks.topics import append_times, end, fill

ALL_FLEETS = 64


def measure_worker(messages: int, fleets: int, folder: Path) -> Throughput:
    """Let one worker decide messages that are there when it starts.

    Raises BenchmarkError where it ends or does not finish in time.
    """
    with system(folder) as made:
        fill(made.bootstrap, RAW.name, fleet_records(messages, fleets))
        worker, records = made.workers[0], end(made.bootstrap, RAW.name)
        made.start()
        meter = CpuMeter(worker)
        wait_for(lambda: meter.look(made.decided()) >= records, worker)
        return Throughput(steady_rate(append_times(made.bootstrap, DECISIONS.name)), meter.us_per_record())
