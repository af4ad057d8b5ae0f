"""STREAM-1, D4: whatever a producer does on the wire, what it has committed is answered, and nothing stops."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from confluent_kafka import Message, Producer

from app.bus.connection import confluent
from app.events import Header, LogPosition
from app.topics import MAX_RAW_BYTES, RAW
from tests.system.exactness import Outcome, outcome_of
from tests.system.load import Position
from tests.system.poison import FLEET, HOME, message
from tests.system.system import LIVELY, PARTITIONS, System

pytestmark = [pytest.mark.kafka]

CODECS = ("gzip", "lz4", "snappy", "zstd")
ELSEWHERE = (HOME + 1) % PARTITIONS
ALMOST_TOO_LARGE = MAX_RAW_BYTES - 250
"""The largest value that the log takes; a copy of it, with its origin and signature, is larger."""


class Wire:
    """A producer with settings of its own, and where its records came to stand."""

    def __init__(self, system: System, **config: object) -> None:
        self.positions: list[LogPosition] = []
        self.producer = Producer({**confluent(system.settings), "message.max.bytes": 2 * MAX_RAW_BYTES, **config})

    def produce(self, value: bytes, partition: int = HOME, **fields: object) -> None:
        self.producer.produce(
            RAW.name, value, key=FLEET.encode(), partition=partition, on_delivery=self._note, **fields
        )

    def flush(self) -> list[LogPosition]:
        assert self.producer.flush(30) == 0
        return self.positions

    def _note(self, error: object, placed: Message) -> None:
        assert error is None, error
        self.positions.append(LogPosition(placed.partition(), placed.offset()))


class Wired(NamedTuple):
    outcome: Outcome
    compressed: dict[str, list[LogPosition]]
    aborted: list[LogPosition]
    without_header_value: list[LogPosition]
    of_1970: list[LogPosition]
    too_large_to_copy: list[LogPosition]
    exits: list[int]
    """Of the worker, before it was stopped."""

    def kinds(self, positions: list[LogPosition]) -> list[str]:
        """The decisions' kinds, or the dead letters' errors."""
        answers: dict[object, str] = {letter.position: letter.error for letter in self.outcome.letters}
        answers |= {decision.position: decision.kind for decision in self.outcome.decisions}
        return [answers[position] for position in positions if position in answers]


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    with System(tmp_path_factory.mktemp("system")) as system:
        system.put_in_force(LIVELY)
        [worker] = system.start("a")
        compressed = {codec: compress(system, codec) for codec in CODECS}
        aborted = abort(system)
        bare = one(system, headers=[(Header.CONTROL + "-not", None)])
        old = one(system, timestamp=1)
        large = one(system, ELSEWHERE, size=ALMOST_TOO_LARGE)
        for last in (*old, *large):
            system.sender.expect(Position(last.partition, last.offset))
        system.settle()
        exits = list(worker.exits)
        yield Wired(outcome_of(system), compressed, aborted, bare, old, large, exits)


def compress(system: System, codec: str) -> list[LogPosition]:
    wire = Wire(system, **{"compression.type": codec, "linger.ms": 50})
    for number in range(50):
        wire.produce(message(agent_id=codec, content={"n": number}))
    return wire.flush()


def abort(system: System) -> list[LogPosition]:
    wire = Wire(system, **{"transactional.id": "undecided"})
    wire.producer.init_transactions(20)
    wire.producer.begin_transaction()
    wire.produce(message(agent_id="nobody"))
    positions = wire.flush()
    wire.producer.abort_transaction(20)
    return positions


def one(system: System, partition: int = HOME, size: int = 200, **fields: object) -> list[LogPosition]:
    wire = Wire(system)
    empty = len(message(content=""))
    wire.produce(message(content="x" * (size - empty)), partition, **fields)
    return wire.flush()


@pytest.mark.parametrize("codec", CODECS)
def test_compressed_batches_are_decided(wired: Wired, codec: str) -> None:
    assert wired.kinds(wired.compressed[codec]) == ["message"] * 50


def test_aborted_records_are_no_records(wired: Wired) -> None:
    assert wired.aborted
    assert wired.kinds(wired.aborted) == []


def test_header_without_value_is_allowed(wired: Wired) -> None:
    assert wired.kinds(wired.without_header_value) == ["message"]


def test_record_of_1970_is_decided(wired: Wired) -> None:
    assert wired.kinds(wired.of_1970) == ["message"]


def test_misplaced_record_too_large_to_copy_is_a_dead_letter(wired: Wired) -> None:
    assert wired.kinds(wired.too_large_to_copy) == ["CopyTooLarge"]


def test_worker_never_stops(wired: Wired) -> None:
    assert wired.exits == []


def test_nothing_else_happened(wired: Wired) -> None:
    wired.outcome.assert_exact()
