"""What an outage of what lies outside does to the fold: how much it decides, and how soon."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from app.topics import RAW
from tests.benchmarks.alternating import Pair, take_turns
from tests.benchmarks.fleets import fleet_records
from tests.benchmarks.latency import FLEETS, measure_latency
from tests.benchmarks.outside import Outside
from tests.benchmarks.running import CpuMeter, wait_for
from tests.benchmarks.system import System, system
from tests.benchmarks.topics import fill
from tests.system.proxy import Mood
from tests.system.sinks import Sinks

OUTAGES: Mapping[str, tuple[Mood, tuple[str, ...]]] = {
    "all hang": ("hang", ()),
    "Redis is gone": ("refuse", ("redis",)),
    "Redis is slow": ("slow", ("redis",)),
    "Datadog hangs": ("hang", ("datadog",)),
    "the webhook hangs": ("hang", ("webhook",)),
}
"""What fails how; no place named: all of them."""
RATE = 100.0
LATENCY_S = 4.0
MARKER = 1
"""The last record of a partition is a transaction's marker, past which no consumer commits."""


class Fold(NamedTuple):
    """How the fold does."""

    per_second: float
    """Messages decided while as many wait as it can take."""
    cpu_us: float
    """Of the worker for each of them: what others do on the machine hardly moves it."""
    p50_ms: float
    """From produced to decided at 100 messages a second."""
    caught_up_s: float
    """From the end of the trouble until the sinks have handed over all that was decided meanwhile."""


class Trial:
    """A worker and sinks, whose outside fails and comes back."""

    def __init__(self, made: System, outside: Outside, sinks: Sinks, burst: int) -> None:
        self._made = made
        self._outside = outside
        self._sinks = sinks
        self._burst = burst
        self._admin = AdminClient({"bootstrap.servers": made.bootstrap})

    def calm(self) -> Fold:
        """Nothing fails."""
        return self._fold("pass", ())

    def troubled(self, mood: Mood, places: Sequence[str]) -> Callable[[], Fold]:
        """Some of the outside fails from just before it begins until it is over."""
        return lambda: self._fold(mood, places)

    def _fold(self, mood: Mood, places: Sequence[str]) -> Fold:
        self._outside.be(mood, *places)
        records = list(fleet_records(self._burst, FLEETS))
        meter = CpuMeter(self._made.workers[0])
        meter.look(self._made.decided())
        started = time.perf_counter()
        fill(self._made.bootstrap, RAW.name, records)
        self._made.wait_until_caught_up()
        per_second = self._burst / (time.perf_counter() - started)
        meter.look(self._made.decided())
        p50_ms = measure_latency(self._made, RATE, LATENCY_S).p50
        self._outside.be("pass")
        over = time.perf_counter()
        wait_for(lambda: self._sinks_lag() == 0, self._made.workers[0])
        return Fold(per_second, meter.us_per_record(), p50_ms, time.perf_counter() - over)

    def _sinks_lag(self) -> int:
        """Records that the sinks have yet to hand over."""
        listed = self._admin.list_consumer_groups().result().valid
        groups = [each.group_id for each in listed if each.group_id.startswith("ringfence-sinks")]
        return sum(max(0, each - MARKER) for group in groups for each in self._lags(group))

    def _lags(self, group: str) -> list[int]:
        asked = self._admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
        known = {(each.topic, each.partition): each.offset for each in asked[group].result().topic_partitions}
        ends = self._admin.list_offsets({TopicPartition(*place): OffsetSpec.latest() for place in known})
        return [future.result().offset - known[place.topic, place.partition] for place, future in ends.items()]


def measure_outage(folder: Path, name: str, pairs: int, burst: int) -> Sequence[Pair[Fold]]:
    """Alternating runs without and with one of OUTAGES, on a system of its own."""
    mood, places = OUTAGES[name]
    with system(folder) as made, Outside(folder) as outside:
        made.start()
        made.wait_until_caught_up()
        environment = {"RINGFENCE_KAFKA__BOOTSTRAP": made.bootstrap, **outside.environment}
        with Sinks(folder, environment) as sinks:
            trial = Trial(made, outside, sinks, burst)
            trial.calm()
            return list(take_turns(pairs, trial.calm, trial.troubled(mood, places)))
