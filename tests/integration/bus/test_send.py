"""`ringfence send` as its users meet it: BUS-4, D3, and the chaos of the spool."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from app.bus.reader import read_topic
from app.embedded import ports
from app.embedded.kafka import KafkaServer
from app.settings import KafkaSettings
from tests.conftest import FreshTopic
from tests.integration.bus.log import assert_all_arrived_in_order, declare, values_by_key

pytestmark = pytest.mark.kafka


def message(number: int) -> dict[str, object]:
    return {
        "agent_id": f"agent-{number % 40}",
        "message_type": "broadcast",
        "content": {"n": number},
        "metadata": {"run": f"run-{number % 20}"},
    }


def write_messages(path: Path, count: int) -> list[bytes]:
    lines = [json.dumps(message(number)).encode() for number in range(count)]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return lines


def command(file: Path, topic: str, data: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "app.cli.main", "send", str(file), "--topic", topic, "--data", str(data), *options]


def environment(bootstrap: str) -> dict[str, str]:
    return {"RINGFENCE_KAFKA__BOOTSTRAP": bootstrap, "PYTHONPATH": str(Path(__file__).parents[3])}


def run(
    bootstrap: str, file: Path, topic: str, data: Path, *options: str, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(file, topic, data, *options),
        env=environment(bootstrap),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_lines_are_sent_unchanged_and_once(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic, file = fresh_topic("raw", partitions=4), tmp_path / "messages.jsonl"
    lines = write_messages(file, 2_000)
    first = run(bootstrap, file, topic, tmp_path)
    assert (first.returncode, b"2,000 messages sent and acknowledged" in first.stderr) == (0, True), first.stderr
    again = run(bootstrap, file, topic, tmp_path)
    assert b"were sent before" in again.stderr
    records = read_topic(KafkaSettings(bootstrap=bootstrap), topic)
    assert values_by_key(records) == {b"default": lines}
    assert run(bootstrap, file, topic, tmp_path, "--restart").returncode == 0
    assert len(read_topic(KafkaSettings(bootstrap=bootstrap), topic)) == 4_000


def test_the_fleet_is_taken_from_a_field_and_written(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic, file = fresh_topic("raw", partitions=4), tmp_path / "messages.jsonl"
    write_messages(file, 100)
    assert run(bootstrap, file, topic, tmp_path, "--fleet-from", "metadata.run").returncode == 0
    for record in read_topic(KafkaSettings(bootstrap=bootstrap), topic):
        sent = json.loads(record.value or b"")
        assert record.key == sent["metadata"]["run"].encode() == sent.pop("fleet").encode()
        assert sent == message(sent["content"]["n"])


def test_records_carry_the_messages_time_when_asked(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic = fresh_topic("raw")
    line = json.dumps(message(0) | {"timestamp": "2025-01-01T00:00:00.5Z"}).encode()
    sent = run(bootstrap, Path("-"), topic, tmp_path, "--event-time", "message", stdin=line)
    assert sent.returncode == 0, sent.stderr
    (record,) = read_topic(KafkaSettings(bootstrap=bootstrap), topic)
    assert record.timestamp == 1_735_689_600_500


def test_a_line_that_is_no_message_is_named_and_sent(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic = fresh_topic("raw")
    sent = run(bootstrap, Path("-"), topic, tmp_path, stdin=b"no json\n\xff\n")
    assert (sent.returncode, b"-:1: NotJson" in sent.stderr, b"-:2: NotUnicode" in sent.stderr) == (0, True, True)
    assert [record.value for record in read_topic(KafkaSettings(bootstrap=bootstrap), topic)] == [b"no json", b"\xff"]


def test_strict_stops_there_with_one_line(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic = fresh_topic("raw")
    good = json.dumps(message(0)).encode()
    sent = run(bootstrap, Path("-"), topic, tmp_path, "--strict", stdin=good + b"\nno json\n" + good)
    assert sent.returncode == 1
    assert sent.stderr.splitlines()[-1].startswith(b"ringfence: -:2: NotJson")


def test_a_rate_is_kept(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic, file = fresh_topic("raw"), tmp_path / "messages.jsonl"
    write_messages(file, 100)
    assert run(bootstrap, file, topic, tmp_path, "--rate", "100").returncode == 0
    times = [record.timestamp for record in read_topic(KafkaSettings(bootstrap=bootstrap), topic)]
    assert 900 <= times[-1] - times[0] < 1_500


def test_wrong_use_is_one_line(tmp_path: Path) -> None:
    absent = run("127.0.0.1:1", tmp_path / "absent.jsonl", "raw", tmp_path)
    assert (absent.returncode, len(absent.stderr.splitlines())) == (1, 1)
    assert b"no such file" in absent.stderr


@pytest.mark.chaos
@pytest.mark.parametrize("kills", [6, pytest.param(40, marks=[pytest.mark.chaos_long, pytest.mark.timeout(900)])])
def test_a_sender_killed_at_any_moment_loses_nothing(
    tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic, kills: int
) -> None:
    topic, file = fresh_topic("raw", partitions=8), tmp_path / "messages.jsonl"
    lines = write_messages(file, 20_000)
    moments = random.Random(3)
    arguments = command(file, topic, tmp_path, "--fleet-from", "metadata.run")
    slow = ["--rate", str(12_000 // kills)]
    for _ in range(kills):
        sender = subprocess.Popen([*arguments, *slow], env=environment(bootstrap), stderr=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            sender.wait(0.8 + moments.random())
        sender.kill()
        sender.wait()
    last = subprocess.run(arguments, env=environment(bootstrap), capture_output=True, timeout=120, check=True)
    assert b"goes on at line" in last.stderr
    assert_all_arrived_in_order(bootstrap, topic, lines)


@pytest.mark.chaos
@pytest.mark.parametrize("away_s", [5.0, pytest.param(30.0, marks=[pytest.mark.chaos_long, pytest.mark.timeout(900)])])
def test_a_sender_killed_while_the_broker_is_away_loses_nothing(tmp_path: Path, away_s: float) -> None:
    """The whole story: no broker at first, the sender dies twice, the broker comes, dies, and comes back."""
    own_kafka = KafkaServer(tmp_path / "kafka", port=ports.free_port())
    bootstrap = f"127.0.0.1:{own_kafka._wanted_port}"
    file, data = tmp_path / "messages.jsonl", tmp_path / "data"
    lines = write_messages(file, 20_000)
    arguments = command(file, "raw", data, "--fleet-from", "metadata.run")
    for _ in range(2):
        sender = subprocess.Popen(arguments, env=environment(bootstrap), stderr=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            sender.wait(away_s / 2)
        sender.kill()
        sender.wait()
    with own_kafka:
        declare(own_kafka.bootstrap, "raw")
        sender = subprocess.Popen(arguments, env=environment(bootstrap), stderr=subprocess.DEVNULL)
        own_kafka.kill()
        with pytest.raises(subprocess.TimeoutExpired):
            sender.wait(away_s)
        own_kafka.start()
        assert sender.wait(120) == 0
        assert_all_arrived_in_order(bootstrap, "raw", lines)
