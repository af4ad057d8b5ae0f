"""CLI-1, BUS-2, OPS-1: `ringfence doctor` names what is wrong and what to do, and fails."""

import json
from pathlib import Path

import pytest

from app.embedded import ports
from app.embedded.kafka import KafkaServer
from tests.integration.embedded.command_line import ringfence


def findings(data: Path, **settings: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = ringfence("doctor", "--data", str(data), "--json", **settings)
    return done.returncode, {finding["check"]: finding for finding in json.loads(done.stdout)}


def test_where_nothing_runs_each_connection_says_what_to_do(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{ports.free_port()}"
    code, found = findings(tmp_path, RINGFENCE_KAFKA__BOOTSTRAP=nowhere, RINGFENCE_REDIS__URL=f"redis://{nowhere}/0")
    assert code == 1
    assert found["kafka"]["verdict"] == "failure"
    assert f"no Kafka answers at {nowhere}" in found["kafka"]["found"]
    assert "RINGFENCE_REDIS__URL" in found["redis"]["advice"]
    assert found["operator key"]["verdict"] == "warning"


@pytest.mark.kafka
def test_missing_topics_are_named(tmp_path: Path, own_kafka: KafkaServer) -> None:
    code, found = findings(tmp_path, RINGFENCE_KAFKA__BOOTSTRAP=own_kafka.bootstrap)
    assert code == 1
    assert "agent-messages-raw" in found["topics"]["found"]
    assert "ringfence prepare" in found["topics"]["advice"]


def test_status_where_nothing_runs_is_one_line(tmp_path: Path) -> None:
    done = ringfence("status", "--data", str(tmp_path), RINGFENCE_KAFKA__BOOTSTRAP=f"127.0.0.1:{ports.free_port()}")
    assert done.returncode == 1
    assert done.stderr.startswith("ringfence: nothing runs in")
    assert len(done.stderr.strip().splitlines()) == 1
