"""All measurements, in groups that can be run alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from app.embedded.kafka import KafkaServer
from tests.benchmarks.alternating import Pair, change
from tests.benchmarks.bystanders import measure_bystanders
from tests.benchmarks.contestant import FAUST, OURS, contestants
from tests.benchmarks.door_latency import measure_doors
from tests.benchmarks.door_rulings import measure_rulings, server
from tests.benchmarks.failover import measure_failover
from tests.benchmarks.fold_cost import FoldCost, broadcast_us, measure_fold, slowest_in_a_crowd
from tests.benchmarks.footprint import measure_footprint
from tests.benchmarks.latency import measure_latency, quantile
from tests.benchmarks.outages import measure_outage
from tests.benchmarks.recovery import measure_recovery
from tests.benchmarks.results import CAUGHT_UP, CPU, LEAST_DECIDED, MOST_CPU, MOST_WAITED, Measure
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.system import system
from tests.benchmarks.throughput import Throughput, counter_input, measure
from tests.benchmarks.topics import fill, make_topic
from tests.benchmarks.worker_throughput import ALL_FLEETS, measure_worker

DOOR_RATE = 2_000.0
RATES = (100, 1_000, 5_000)


class Task(NamedTuple):
    """What a group is given: how much to measure, an empty folder, and whom to tell what it does."""

    sizes: Sizes
    folder: Path
    say: Callable[[str], None]


def throughput(task: Task) -> Iterator[Measure]:
    """The contestants on one broker, taking turns."""
    found: dict[str, list[Throughput]] = {}
    with KafkaServer(task.folder / "kafka") as kafka:
        source = make_topic(kafka.bootstrap, "bench-input")
        fill(kafka.bootstrap, source, counter_input(max(c.records(task.sizes) for c in contestants())))
        for turn in range(task.sizes.rounds):
            for contestant in contestants():
                task.say(f"{contestant.name}, run {turn + 1} of {task.sizes.rounds}")
                run = measure(contestant, kafka.bootstrap, source, contestant.records(task.sizes), task.folder)
                found.setdefault(contestant.name, []).append(run)
    for name, runs in found.items():
        yield from _measures(name, runs)


def fold(task: Task) -> Iterator[Measure]:
    """The fold alone, in memory: fleets of several sizes taking turns, then its worst messages."""
    found: dict[int, list[FoldCost]] = {}
    for turn in range(task.sizes.rounds):
        for agents in task.sizes.fleet_sizes:
            task.say(f"fold of {agents:,} agents, run {turn + 1} of {task.sizes.rounds}")
            found.setdefault(agents, []).append(measure_fold(agents, task.sizes.fold))
    for agents, costs in found.items():
        yield Measure(f"fold, {agents:,} agents", "us/message", [cost.us for cost in costs])
        yield Measure(f"decode and encode, {agents:,} agents", "us/message", [cost.bare_us for cost in costs])
        yield Measure(f"state, {agents:,} agents", "bytes/agent", [costs[-1].agent_bytes])
    smallest, largest = (found[agents] for agents in (min(found), max(found)))
    growths = [late.us / early.us for early, late in zip(smallest, largest, strict=True)]
    yield Measure("fold, growth from the smallest to the largest fleet", "x", growths)
    task.say("fold of a crowd and of broadcasts")
    yield Measure("fold, slow message of 54 all to all", "ms", [slowest_in_a_crowd(task.sizes.fold // 400)])
    yield Measure("fold, a target of a broadcast to 10,000", "us", [broadcast_us(5)])


def worker(task: Task) -> Iterator[Measure]:
    """The whole worker, with many fleets and with one."""
    names = {"whole worker, all fleets": ALL_FLEETS, "whole worker, one fleet": 1}
    found: dict[str, list[Throughput]] = {name: [] for name in names}
    for turn in range(task.sizes.rounds):
        for name, fleets in names.items():
            task.say(f"{name}, run {turn + 1} of {task.sizes.rounds}")
            folder = task.folder / f"worker-{fleets}-{turn}"
            found[name].append(measure_worker(task.sizes.worker, fleets, folder))
    for name, runs in found.items():
        yield from _measures(name, runs)


def recovery(task: Task) -> Iterator[Measure]:
    """A table from its changelog, ours and plain Faust's."""
    ours, faust = [], []
    with KafkaServer(task.folder / "kafka") as kafka:
        for turn in range(task.sizes.rounds):
            task.say(f"recovery, run {turn + 1} of {task.sizes.rounds}")
            ours.append(measure_recovery(OURS, kafka.bootstrap, task.sizes.changelog, task.folder, as_json=False))
            faust.append(
                measure_recovery(FAUST, kafka.bootstrap, task.sizes.faust_changelog, task.folder, as_json=True)
            )
    yield Measure("recovery, our layer", "records/s", ours)
    yield Measure("recovery, plain Faust", "records/s", faust)


def latency(task: Task) -> Iterator[Measure]:
    """From produced to decided, at three rates."""
    with system(task.folder) as made:
        made.start()
        made.wait_until_caught_up()
        for rate in RATES:
            task.say(f"latency at {rate:,}/s")
            found = measure_latency(made, rate, task.sizes.latency_s)
            yield Measure(f"latency p50 at {rate:,}/s", "ms", [found.p50])
            yield Measure(f"latency p99 at {rate:,}/s", "ms", [found.p99])


def failover(task: Task) -> Iterator[Measure]:
    """From a killed worker to the next decisions, with and without a standby."""
    for workers, word in ((1, "one worker"), (2, "two workers")):
        task.say(f"failover, {word}, {task.sizes.kills} kills")
        waits = measure_failover(task.folder / word.replace(" ", "-"), workers, task.sizes.kills)
        yield Measure(f"failover p50, {word}", "s", [quantile(waits, 0.5)])
        yield Measure(f"failover p99, {word}", "s", [quantile(waits, 0.99)])


def doors(task: Task) -> Iterator[Measure]:
    """From a condemning message to the first refusal, at the check and through an Envoy."""
    task.say(f"doors, {task.sizes.condemned} agents condemned at {DOOR_RATE:,.0f}/s")
    found = measure_doors(task.folder, task.sizes.condemned, DOOR_RATE)
    for name, waits in (("check", found.check), ("Envoy", found.envoy), ("Envoy's gRPC", found.grpc)):
        yield Measure(f"door p50, {name}", "ms", [quantile(waits, 0.5)])
        yield Measure(f"door p99, {name}", "ms", [quantile(waits, 0.99)])


def bystanders(task: Task) -> Iterator[Measure]:
    """What the others lose while one agent is contained."""
    task.say(f"one contained, the others measured: {task.sizes.pairs} pairs of runs")
    pairs = measure_bystanders(task.folder, task.sizes.pairs, task.sizes.pair_s)
    yield Measure("others while nobody is contained", "messages/s", [pair.without for pair in pairs])
    yield Measure("others while one is contained", "messages/s", [pair.treated for pair in pairs])
    found = change(pairs)
    yield Measure("others, mean change", "%", [found.mean])
    yield Measure("others, least change", "%", [found.low])


def outages(task: Task) -> Iterator[Measure]:
    """What the fold loses while the outside fails, each outage on a system of its own."""
    for name in task.sizes.outages:
        task.say(f"outage, {name}: {task.sizes.pairs} pairs of runs")
        pairs = measure_outage(task.folder / name.replace(" ", "-"), name, task.sizes.pairs, task.sizes.burst)
        decided, cost, waited = (
            change([Pair(figure(pair.without), figure(pair.treated)) for pair in pairs])
            for figure in map(attrgetter, ("per_second", "cpu_us", "p50_ms"))
        )
        yield Measure(f"decided a second, {name}, mean change", "%", [decided.mean])
        yield Measure(f"{LEAST_DECIDED}, {name}", "%", [decided.low])
        yield Measure(f"CPU a message, {name}, mean change", "%", [cost.mean])
        yield Measure(f"{MOST_CPU}, {name}", "%", [cost.high])
        yield Measure(f"latency p50, {name}, mean change", "%", [waited.mean])
        yield Measure(f"{MOST_WAITED}, {name}", "%", [waited.high])
        yield Measure(f"{CAUGHT_UP}, {name}", "s", [max(pair.treated.caught_up_s for pair in pairs)])


def rulings(task: Task) -> Iterator[Measure]:
    """What a door says in a second, over HTTP and gRPC, and what handlers that rule nothing do, taking turns."""
    names = {
        ("bare", "check"): "bare HTTP handler",
        ("door", "check"): "rulings by the check",
        ("door", "envoy"): "rulings by Envoy's HTTP",
        ("bare", "grpc"): "bare gRPC handler",
        ("door", "grpc"): "rulings by Envoy's gRPC",
    }
    found: dict[str, list[Throughput]] = {}
    with server("bare", task.folder) as bare, server("door", task.folder) as door:
        servers = {"bare": bare, "door": door}
        for turn in range(task.sizes.rounds):
            for (kind, mode), name in names.items():
                task.say(f"{name}, run {turn + 1} of {task.sizes.rounds}")
                found.setdefault(name, []).append(measure_rulings(servers[kind], mode, task.sizes.rulings))
    for name, runs in found.items():
        yield from _measures(name, runs)


def footprint(task: Task) -> Iterator[Measure]:
    """What 100,000 agents need."""
    task.say(f"footprint of {task.sizes.agents:,} agents")
    found = measure_footprint(task.sizes.agents, task.folder)
    yield Measure("memory per 100,000 agents", "MB", [found.memory_mb])
    yield Measure("disk per 100,000 agents", "MB", [found.disk_mb])
    yield Measure("CPU per message of 100,000 agents", "s", [found.cpu_s])


GROUPS: Mapping[str, Callable[[Task], Iterator[Measure]]] = {
    "fold": fold,
    "throughput": throughput,
    "worker": worker,
    "recovery": recovery,
    "latency": latency,
    "failover": failover,
    "doors": doors,
    "bystanders": bystanders,
    "outages": outages,
    "rulings": rulings,
    "footprint": footprint,
}


def _measures(name: str, runs: Sequence[Throughput]) -> Iterator[Measure]:
    yield Measure(name, "records/s", [run.per_second for run in runs])
    yield Measure(f"{name}{CPU}", "us/record", [run.cpu_us for run in runs])
