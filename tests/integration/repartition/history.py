"""A log of four partitions in which all happened that a repartition must carry over, and what was decided of it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from confluent_kafka import Producer

from app.archive.repartition.patience import is_starting, patiently
from app.archive.stored_table import Key, read_table
from app.breakers import StateChange
from app.bus.admin import declare, topics_of
from app.bus.commanding import Commander, CommandError
from app.bus.connect import KafkaConnection
from app.bus.connection import confluent
from app.bus.dead_letters import read_letters
from app.bus.enrollment import prepare_log
from app.bus.issuer import Issuer, load_or_make_issuer, worker_issuer
from app.bus.reader import read_topic
from app.bus.redrive import redrive
from app.bus.skipping import publish_skip
from app.core.commands import Quarantine, Release, SetPolicy, Skip
from app.core.entries import AgentEntry, EnforcementEntry, PartitionEntry
from app.core.partitioner import home
from app.core.state import TABLES
from app.embedded.kafka import KafkaServer
from app.embedded.run_file import operator_key
from app.events import Decision, Header, Transition
from app.moment import now_ms
from app.notify.system_alerts import Seen, SystemAlerts
from app.settings import KafkaSettings
from app.topics import ALERTS, DECISIONS, RAW
from tests.system.load import Sender
from tests.system.post import Post
from tests.system.worker import WorkerProcess

APP_ID = "ringfence"
BEFORE, AFTER = 4, 6
FLEETS = [f"fleet-{number}" for number in range(8)]
_decision = msgspec.json.Decoder(Decision)


class Decided(msgspec.Struct):
    """What a log amounts to, without its positions."""

    decisions: dict[str, list[Decision]]
    """By fleet; messages and commands, in order."""
    transitions: dict[tuple[str, str], list[Transition]]
    """By agent, whatever caused them."""
    agents: dict[Key, AgentEntry]
    enforcement: dict[Key, EnforcementEntry]
    partitions: dict[Key, PartitionEntry]
    letters: list[tuple[str, bytes]]
    """Error and bytes, sorted."""
    breakers: list[tuple[bytes | None, bytes | None, int]]
    """Key, bytes and time of the alerts about Ringfence itself, in order."""


class Place:
    """The folder of a system whose Kafka the test, or the command, starts."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def kafka(self) -> KafkaServer:
        """Its Kafka, not started."""
        return KafkaServer(self.data / "kafka")

    @contextmanager
    def running(self, partitions: int) -> Iterator["Running"]:
        """Its Kafka and a worker, until the block ends; both stop in order."""
        with self.kafka() as server:
            kafka = KafkaSettings(bootstrap=server.bootstrap, partitions=partitions)
            worker = WorkerProcess("worker-0", self.data, server.bootstrap)
            try:
                yield Running(kafka, load_or_make_issuer("operator", operator_key(self.data)), worker)
            finally:
                if worker.running:
                    worker.stop()


class Running:
    """A running system."""

    def __init__(self, kafka: KafkaSettings, operator: Issuer, worker: WorkerProcess) -> None:
        self.kafka = kafka
        self.operator = operator
        self.worker = worker
        self.sender = Sender(kafka)

    def prepare(self) -> None:
        declare(KafkaConnection(self.kafka).connect(), self.kafka, topics_of(APP_ID, TABLES))
        prepare_log(self.kafka, self.operator, [self.worker.issuer])

    def start_worker(self) -> None:
        self.worker.start({"RINGFENCE_KAFKA__PARTITIONS": str(self.kafka.partitions)})

    def settle(self) -> None:
        """Wait until all records but ticks are folded, the copies of misplaced ones too."""
        unfolded = patiently(is_starting, 30, self.unfolded)
        self.wait_until(lambda: not unfolded(), "all folded")

    def settle_time(self) -> None:
        """Wait for the tick, or the record, that ends the quarantine for a time."""

        def is_over() -> bool:
            entry = read_table(self.kafka, APP_ID, "enforcement", EnforcementEntry).get(("fleet-1", "sleeper"))
            return entry is not None and entry.state == "probation"

        self.wait_until(is_over, "the quarantine has expired")

    def unfolded(self) -> int:
        folded = read_table(self.kafka, APP_ID, "partitions", PartitionEntry)
        offsets = {key[0]: entry.next_offset for key, entry in folded.items()}
        raw = read_topic(self.kafka, RAW.name)
        return sum(
            record.offset >= offsets.get(record.partition, 0)
            for record in raw
            if dict(record.headers).get(Header.CONTROL) != b"tick"
        )

    def wait_until(self, condition: Callable[[], bool], what: str, timeout_s: float = 120) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"not: {what}\n{self.worker.said()}"

    def stopped(self) -> Decided:
        """Wait until nothing is left to do, stop the worker, and read back what it decided."""
        self.settle()
        self.settle_time()
        self.worker.stop()
        return self._decided()

    def _decided(self) -> Decided:
        found = [_decision.decode(record.value or b"") for record in read_topic(self.kafka, DECISIONS.name)]
        decisions: dict[str, list[Decision]] = {}
        transitions: dict[tuple[str, str], list[Transition]] = {}
        for decision in found:
            for each in decision.transitions:
                transitions.setdefault((each.fleet, each.agent_id), []).append(_placeless(each))
            if decision.fleet is not None and decision.kind != "forwarded":
                decisions.setdefault(decision.fleet, []).append(_timeless(decision))
        return Decided(
            decisions=decisions,
            transitions=transitions,
            agents=read_table(self.kafka, APP_ID, "agents", AgentEntry),
            enforcement=read_table(self.kafka, APP_ID, "enforcement", EnforcementEntry),
            partitions=read_table(self.kafka, APP_ID, "partitions", PartitionEntry),
            breakers=[
                (record.key, record.value, record.timestamp)
                for record in read_topic(self.kafka, ALERTS.name)
                if Header.SYSTEM in dict(record.headers)
            ],
            letters=sorted((letter.error, letter.raw or b"") for letter in read_letters(self.kafka)),
        )


def _placeless(transition: Transition) -> Transition:
    return msgspec.structs.replace(transition, position=0, evidence=())


def _timeless(decision: Decision) -> Decision:
    """Without positions, and without what a tick may have caused instead."""
    changes = tuple(msgspec.structs.replace(change, evidence=()) for change in decision.changes)
    patterns = tuple(msgspec.structs.replace(pattern, evidence=()) for pattern in decision.patterns)
    return msgspec.structs.replace(decision, position=0, changes=changes, patterns=patterns, transitions=())


def message(fleet: str, agent: str, kind: str = "request", **fields: object) -> Post:
    body = {"fleet": fleet, "agent_id": agent, "message_type": kind, **fields}
    return Post(fleet.encode(), json.dumps(body).encode())


def spooled(post: Post, number: int, source: bytes = b"spool-1") -> Post:
    return post._replace(headers=((Header.SOURCE, source), (Header.SOURCE_SEQUENCE, b"%d" % number)))


def misplaced(post: Post) -> Post:
    assert post.key is not None
    return post._replace(partition=(home(post.key.decode(), BEFORE) + 1) % BEFORE)


def make_history(place: Place) -> Decided:
    """Let it happen, in waves, on a running system; leaves the folder at rest."""
    with place.running(BEFORE) as running:
        running.prepare()
        _skip_one(running)
        _break_down(running)
        running.start_worker()
        _talk(running, range(20))
        _apply_policies(running)
        _talk(running, range(20, 40))
        _contain(running)
        _talk(running, range(40, 60))
        _redrive_one(running, place)
        return running.stopped()


def _skip_one(running: Running) -> None:
    [position] = running.sender.send([message("fleet-0", "poison")])
    skip = Skip(partition=position.partition, first=position.offset, last=position.offset, reason="poison")
    publish_skip(running.kafka, running.operator, skip)


def _break_down(running: Running) -> None:
    """A breaker opens and closes, as the sinks tell it."""
    alerts = SystemAlerts()
    changes = (StateChange("redis", "closed", "open", "away"), StateChange("redis", "open", "closed"))
    producer = Producer(confluent(running.kafka))
    for time_ms, change in enumerate(changes, now_ms()):
        alert = alerts.of(Seen(change, time_ms))
        assert alert is not None
        producer.produce(
            ALERTS.name, msgspec.json.encode(alert), b"redis", timestamp=time_ms, headers=[(Header.SYSTEM, b"sinks")]
        )
    assert producer.flush(30) == 0


def _talk(running: Running, turns: range) -> None:
    """Everybody speaks, some of it misplaced, repeated, contended, broken."""
    for turn in turns:
        running.sender.send(post for number, fleet in enumerate(FLEETS) for post in _turn(turn, number, fleet))
    running.settle()


def _turn(turn: int, number: int, fleet: str) -> Iterator[Post]:
    sequence = turn * len(FLEETS) + number + 1
    claim = {"resource": "gpu", "amount": 1}
    said = spooled(message(fleet, f"agent-{turn % 3}", "resource_request", content=claim, id=f"m{turn}"), sequence)
    strays = turn % 5 == number % 5
    yield misplaced(said) if strays and number % 2 else said
    if turn % 7 == number % 7:
        yield misplaced(said) if strays and number % 2 else said
    yield message(fleet, "broker", "resource_release", content=claim)
    if turn % 10 == number:
        yield Post(fleet.encode(), b"not json %d" % sequence)
        yield misplaced(message(fleet, "stray", target_agents=["agent-0"], correlation_id=f"c{turn}"))


def _apply_policies(running: Running) -> None:
    everyone = msgspec.Raw(b'{"version":1,"mode":"enforce","trust":{"prior":1},"enforcement":{"quarantine_s":3600}}')
    own = msgspec.Raw(b'{"version":2,"mode":"warn","trust":{"prior":9}}')
    with Commander(running.kafka, running.operator, timeout_s=60) as commander:
        commander.send_all(lambda number: SetPolicy(partition=number, policy=everyone, actor="ann"))
        commander.send(SetPolicy(fleet="fleet-3", policy=own, actor="ann"))


def _contain(running: Running) -> None:
    with Commander(running.kafka, running.operator, timeout_s=60) as commander:
        commander.send(Quarantine(fleet="fleet-1", agent_id="sleeper", reason="test", actor="ann", for_s=1.0))
        commander.send(Quarantine(fleet="fleet-2", agent_id="agent-2", reason="test", actor="ann"))
        commander.send(Quarantine(fleet="fleet-4", agent_id="agent-0", reason="test", actor="ann"))
        commander.send(Release(fleet="fleet-2", agent_id="agent-2", reason="fine", actor="ann"))
        try:
            commander.send(Release(fleet="fleet-2", agent_id="agent-2", reason="fine", actor="ann"))
        except CommandError:
            return
        raise AssertionError("a release of a free agent is refused")


def _redrive_one(running: Running, place: Place) -> None:
    """A copy signed by nobody we know is a dead letter; redriven, it counts."""
    stranger = worker_issuer(place.data / "stranger")
    post = message("fleet-5", "redriven")
    [first] = running.sender.send([misplaced(post)._replace(value=b"broken")])
    [original] = [
        record
        for record in read_topic(running.kafka, RAW.name)
        if (record.partition, record.offset) == (first.partition, first.offset)
    ]
    claimed = msgspec.structs.replace(original, value=post.value)
    target = home("fleet-5", BEFORE)
    headers = tuple(stranger.sign_copy(claimed, "forward", target))
    [copy] = running.sender.send([post._replace(partition=target, headers=headers)])
    running.settle()
    [letter] = [each for each in read_letters(running.kafka) if each.error == "UnknownIssuer"]
    assert msgspec.to_builtins(letter.position) == {"partition": copy.partition, "offset": copy.offset}
    redrive(running.kafka, running.operator, letter, "known after all")
