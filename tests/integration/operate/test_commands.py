"""An operator's commands on a Kafka of one's own: prepare, key, policy, quarantine, release, skip (QUAR-1, OPS-1)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.archive.stored_table import read_table
from app.bus.reader import read_topic
from app.core.entries import PartitionEntry
from app.embedded.kafka import KafkaServer
from app.settings import Settings
from app.topics import ENFORCEMENT
from tests.system.command import ringfence
from tests.system.worker import WorkerProcess

pytestmark = pytest.mark.kafka
PARTITIONS = 2


@pytest.fixture
def prepared(own_kafka: KafkaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerProcess]:
    """A Kafka prepared by the commands of the README, and a worker started by hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGFENCE_KAFKA__BOOTSTRAP", own_kafka.bootstrap)
    monkeypatch.setenv("RINGFENCE_KAFKA__PARTITIONS", str(PARTITIONS))
    monkeypatch.setenv("RINGFENCE_KEYS__OPERATOR", str(tmp_path / "operator.pem"))
    ringfence("key", "new", "operator.pem")
    worker = WorkerProcess("worker-0", tmp_path, own_kafka.bootstrap)
    assert "1 workers may sign" in ringfence("prepare", worker.data)
    worker.start({"RINGFENCE_KAFKA__PARTITIONS": str(PARTITIONS)})
    yield worker
    worker.kill()


@pytest.fixture
def refused() -> Callable[..., str]:
    """Runs a command that must fail; what it said, in one line."""

    def run(*arguments: str) -> str:
        with pytest.raises(AssertionError, match="status 1") as failure:
            ringfence(*arguments)
        said = str(failure.value)
        assert "Traceback" not in said
        return said

    return run


def test_an_operator_stays_in_charge(prepared: WorkerProcess, tmp_path: Path, refused: Callable[..., str]) -> None:
    """Each command is answered by the fold; a refused one says why."""
    _policies(tmp_path, refused)
    _containment(refused)
    _keys(refused)
    _skips(refused)
    assert prepared.stop() == 0


def _policies(folder: Path, refused: Callable[..., str]) -> None:
    document = folder / "policy.json"
    document.write_text('{"mode": "enforce"}')
    assert "valid" in ringfence("policy", "validate", document)
    assert "policy 1 is in force" in ringfence("policy", "apply", document)
    assert json.loads(ringfence("policy", "show"))["mode"] == "enforce"
    assert "policy 2 is in force for north" in ringfence("policy", "apply", document, "--fleet", "north")
    document.write_text('{"version": 1, "mode": "warn"}')
    assert "is not above 1" in refused("policy", "apply", str(document))
    document.write_text('{"mode": "sometimes"}')
    assert "$.mode" in refused("policy", "validate", str(document))


def _containment(refused: Callable[..., str]) -> None:
    assert "is quarantined (epoch 1)" in ringfence("quarantine", "north", "ann", "--reason", "loops", "--for", "15m")
    assert "the appeal is epoch 2" in ringfence("appeal", "north", "ann", "--reason", "a drill", "--by", "ann")
    assert "is on probation (epoch 3)" in ringfence("release", "north", "ann", "--reason", "mended", "--probation")
    assert "is released (epoch 4)" in ringfence("release", "north", "ann", "--reason", "proven")
    assert "is released" in refused("release", "north", "ann", "--reason", "again")
    states = [json.loads(record.value or b"") for record in read_topic(Settings().kafka, ENFORCEMENT.name)]
    assert [(state["act"], state["reason"]) for state in states] == [
        ("quarantine", "loops"),
        ("appeal", "a drill"),
        ("parole", "mended"),
        ("release", "proven"),
    ]
    assert "the mode of north is enforce" in ringfence("mode", "north", "enforce")
    assert "the mode of byzantine in north is shadow" in ringfence("mode", "north", "shadow", "--pattern", "byzantine")
    assert all(state["actor"] for state in states)


def _keys(refused: Callable[..., str]) -> None:
    public = ringfence("key", "new", "second.pem").strip()
    assert public == ringfence("key", "show", "second.pem").strip()
    ringfence("key", "enroll", "second", public, "--role", "operator")
    assert "2 of 2" in ringfence("key", "list")
    ringfence("key", "revoke", "second")
    assert "LastOperator" in refused("key", "revoke", "operator")


def _skips(refused: Callable[..., str]) -> None:
    ahead = read_table(Settings().kafka, "ringfence", "partitions", PartitionEntry)[0,].next_offset + 100
    assert f"offsets {ahead} to {ahead + 9} are skipped" in ringfence(
        "skip", "0", str(ahead), str(ahead + 9), "--reason", "deleted by retention"
    )
    assert "is folded up to" in refused("skip", "0", "0", "--reason", "too late")
