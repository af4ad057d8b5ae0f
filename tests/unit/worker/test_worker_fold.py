"""The join of the fold and the streaming layer."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.bus.issuer import Issuer
from app.core.commands import Quarantine, SetEngine
from app.core.state import TABLES
from app.events import Header, Progress
from app.streaming.errors import FoldUnavailableError
from app.topics import DECISIONS, ENFORCEMENT, PROGRESS, RAW
from app.worker_fold import Worker, WorkerFold
from tests.unit.core.records import ELSEWHERE, PARTITION, START, Record, Signer, genesis, message


@pytest.fixture
def fold() -> WorkerFold:
    """A fold whose first record is the genesis."""
    opened = _opened()
    opened.fold([Record(0, *OPERATOR.sign(genesis(OPERATOR)))])
    return opened


def _opened() -> WorkerFold:
    worker = Worker("127.0.0.1:6066", Issuer("worker", Ed25519PrivateKey.generate()))
    return WorkerFold(PARTITION, {name: {} for name in TABLES}, (), worker)  # type: ignore[misc]


OPERATOR = Signer("operator")


def test_a_decision_carries_its_link_and_its_latency(fold: WorkerFold) -> None:
    """STREAM-2: latency is a header; the value is the same at every fold."""
    (decision,) = fold.fold([Record(1, message())])
    assert (decision.topic, decision.partition) == (DECISIONS.name, PARTITION)
    assert [name for name, _ in decision.headers] == [Header.CHAIN, Header.LATENCY]


def test_a_copy_keeps_time_and_bytes_and_names_its_origin(fold: WorkerFold) -> None:
    """Design decision 2: a misplaced record goes home in the same transaction."""
    misplaced = Record(1, message(fleet=ELSEWHERE), (("traceparent", b"00-1"),))
    _, copy = fold.fold([misplaced])
    assert (copy.topic, copy.key, copy.value) == (RAW.name, ELSEWHERE.encode(), misplaced.value)
    assert copy.timestamp == misplaced.timestamp
    assert [name for name, _ in copy.headers] == ["traceparent", Header.ORIGIN, Header.SIGNATURE]


def test_what_is_forgotten_is_deleted_from_the_topic_and_a_header_says_who_that_was(fold: WorkerFold) -> None:
    contain = Quarantine(fleet="north", agent_id="eve", reason="audit", for_s=1.0)
    fold.fold([Record(1, *OPERATOR.sign(contain), START)])
    years = START + 40 * 365 * 86_400_000
    outputs = fold.fold([Record(2, message(), (), years)])
    *_, deletion = [output for output in outputs if output.topic == ENFORCEMENT.name]
    assert (deletion.key, deletion.value) == (b'["north","eve"]', None)
    assert dict(deletion.headers)[Header.FORGOTTEN] == b'{"fleet":"north","agent_id":"eve","epoch":3}'
    assert Header.CHAIN in dict(deletion.headers)


def test_an_engine_of_a_newer_program_blames_no_record(fold: WorkerFold) -> None:
    """STREAM-6: the worker ends and waits for its upgrade; nothing is skipped."""
    fold.fold([Record(1, *OPERATOR.sign(SetEngine(partition=PARTITION, version=2)))])
    with pytest.raises(FoldUnavailableError, match="upgrade the worker"):
        fold.fold([Record(2, message())])


def test_the_heartbeat_says_how_far_the_partition_is(fold: WorkerFold) -> None:
    """STREAM-5."""
    (output,) = fold.heartbeat(caught_up=1_000)
    assert output.topic == PROGRESS.name
    progress = msgspec.json.decode(output.value or b"", type=Progress)
    assert (progress.next_offset, progress.caught_up) == (1, 1_000)


def test_before_the_first_record_there_is_nothing_to_write() -> None:
    """STREAM-1: a worker that ends before it has folded the genesis leaves a log that is still to be begun."""
    fresh = _opened()
    fresh.heartbeat(None)
    assert fresh.flush() == {}
