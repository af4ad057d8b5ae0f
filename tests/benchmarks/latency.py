"""From producing a message to reading its committed decision."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmarks.decisions import DecisionTimes
from tests.benchmarks.fleets import fleet_records
from tests.benchmarks.running import wait_for
from tests.benchmarks.steady_load import SteadyLoad
from tests.benchmarks.system import System

FLEETS = 64
WARM_UP_S = 3.0


class Latency(NamedTuple):
    """Milliseconds."""

    p50: float
    p99: float


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share (0..1) of the values is at or below.

    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure_latency(made: System, rate: float, seconds: float) -> Latency:
    """Load a system that has caught up at a steady rate; the first seconds do not count.

    Raises BenchmarkError where a decision does not come.
    """
    records = list(fleet_records(int(rate * (seconds + WARM_UP_S)), FLEETS))
    with DecisionTimes(made.bootstrap) as decisions:
        with SteadyLoad(made.bootstrap, records, rate) as load:
            counted_from = time.perf_counter() + WARM_UP_S
            time.sleep(WARM_UP_S + seconds)
        produced = {place: at for place, at in load.produced.items() if at > counted_from}
        wait_for(lambda: produced.keys() <= decisions.seen.keys(), made.workers[0])
    waits = [(decisions.seen[place] - at) * 1000 for place, at in produced.items()]
    return Latency(quantile(waits, 0.5), quantile(waits, 0.99))
