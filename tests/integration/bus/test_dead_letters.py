"""BUS-6, D2: what could not be decided is listed, shown and redriven, with its bytes, key, headers and time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Producer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.bus.envelope import Envelope, decode_envelope, read_envelopes
from app.bus.issuer import Issuer, load_issuer, write_key
from app.bus.local_dead_letters import Grounds
from app.bus.message import Message
from app.bus.reader import read_topic
from app.bus.spool import Spool
from app.core.commands import check_copy
from app.embedded.kafka import KafkaServer
from app.events import DeadLetter, Header, LogPosition, Origin
from app.settings import KafkaSettings
from app.topics import DEAD_LETTERS, RAW, SKIPS
from tests.conftest import FreshTopic
from tests.integration.bus.log import declare

pytestmark = pytest.mark.kafka

BAD = b"\xff no message"
LARGE = b"{" + b"x" * 700_000
TIME_MS = 1_700_000_000_123


@pytest.fixture(scope="module")
def kafka_with_letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaSettings]:
    """A broker of its own, for the topics have their real names: a bad record, a large one, a command."""
    with KafkaServer(tmp_path_factory.mktemp("kafka")) as server:
        for topic in (RAW, DEAD_LETTERS, SKIPS):
            declare(server.bootstrap, topic.name, partitions=2)
        producer = Producer({"bootstrap.servers": server.bootstrap})
        append(producer, LogPosition(1, 0), BAD, [("trace", b"\x00\xff")], "NotUnicode")
        append(producer, LogPosition(1, 1), LARGE, [], "NotJson", by_reference=True)
        append(producer, LogPosition(1, 2), b"{}", [(Header.CONTROL, b"release")], "Unsigned")
        yield KafkaSettings(bootstrap=server.bootstrap)


def append(  # noqa: PLR0913 - what a letter is made of
    producer: Producer,
    position: LogPosition,
    value: bytes,
    headers: list[tuple[str, bytes]],
    error: str,
    *,
    by_reference: bool = False,
) -> None:
    """A record, and the letter that the fold writes of it."""
    producer.produce(RAW.name, value, b"fleet", position.partition, timestamp=TIME_MS, headers=headers)
    letter = DeadLetter(
        position=position,
        error=error,
        reason="because",
        raw=None if by_reference else value,
        raw_sha256=sha256(value).hexdigest(),
        raw_size=len(value),
        key=None if by_reference else b"fleet",
        headers=() if by_reference else tuple(headers),
        timestamp=TIME_MS,
    )
    producer.produce(DEAD_LETTERS.name, msgspec.json.encode(letter), partition=position.partition)
    producer.flush()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "operator.pem"
    write_key(path, Ed25519PrivateKey.generate())
    return path


def ringfence(kafka: KafkaSettings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *arguments],
        env={"RINGFENCE_KAFKA__BOOTSTRAP": kafka.bootstrap, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def raw_record(kafka: KafkaSettings, offset: int) -> Envelope:
    return next(record for record in read_topic(kafka, RAW.name) if (record.partition, record.offset) == (1, offset))


def assert_signed_copy(copy: Envelope, of: Envelope, issuer: Issuer, reason: str) -> None:
    assert (copy.key, copy.value, copy.timestamp) == (of.key, of.value, of.timestamp)
    headers = dict(copy.headers)
    encoded, signature = headers.pop(Header.ORIGIN), headers.pop(Header.SIGNATURE)
    assert headers == dict(of.headers)
    assert msgspec.json.decode(encoded, type=Origin) == Origin(of.partition, of.offset, reason, issuer.name)
    check_copy(issuer.public_key, signature, encoded, copy)


def test_letters_are_listed_and_shown_with_their_bytes(kafka_with_letters: KafkaSettings) -> None:
    listed = ringfence(kafka_with_letters, "dead-letter", "list", "--json")
    assert [json.loads(line)["error"] for line in listed.stdout.splitlines()] == ["NotUnicode", "NotJson", "Unsigned"]
    assert "3 of 3 dead letters" in ringfence(kafka_with_letters, "dead-letter", "list").stdout
    shown = ringfence(kafka_with_letters, "dead-letter", "show", "1", "0").stdout
    assert decode_envelope(shown.split("record    ")[1].encode()) == raw_record(kafka_with_letters, 0)
    absent = ringfence(kafka_with_letters, "dead-letter", "show", "0", "77")
    assert (absent.returncode, len(absent.stderr.splitlines())) == (1, 1)


def test_a_letter_is_redriven_once_as_it_was_and_signed(kafka_with_letters: KafkaSettings, key: Path) -> None:
    kafka, issuer = kafka_with_letters, load_issuer("operator", key)
    command = ("dead-letter", "redrive", "1", "0", "--reason", "fixed", "--key", str(key))
    first = ringfence(kafka, *command)
    assert first.returncode == 0, first.stderr
    offset = int(first.stdout.split()[-1])
    assert_signed_copy(raw_record(kafka, offset), raw_record(kafka, 0), issuer, "fixed")
    assert "was redriven before" in ringfence(kafka, *command).stdout
    assert f"yes, its copy stands at 1 {offset}" in ringfence(kafka, "dead-letter", "show", "1", "0").stdout


def test_a_letter_by_reference_is_redriven_from_the_log(kafka_with_letters: KafkaSettings, key: Path) -> None:
    kafka, issuer = kafka_with_letters, load_issuer("operator", key)
    done = ringfence(kafka, "dead-letter", "redrive", "--error", "NotJson", "--reason", "again", "--key", str(key))
    assert done.returncode == 0, done.stderr
    copy = raw_record(kafka, int(done.stdout.split()[-1]))
    assert_signed_copy(copy, raw_record(kafka, 1), issuer, "again")


def test_a_command_is_not_redriven(kafka_with_letters: KafkaSettings, key: Path) -> None:
    refused = ringfence(kafka_with_letters, "dead-letter", "redrive", "1", "2", "--reason", "again", "--key", str(key))
    assert (refused.returncode, "give it again" in refused.stderr) == (3, True)


def test_the_selection_must_be_plain(kafka_with_letters: KafkaSettings, key: Path) -> None:
    vague = ringfence(kafka_with_letters, "dead-letter", "redrive", "--reason", "again", "--key", str(key))
    assert (vague.returncode, "name one of" in vague.stderr) == (1, True)


def test_messages_that_were_not_sent_are_listed_from_their_spool(
    tmp_path: Path, kafka_with_letters: KafkaSettings
) -> None:
    spool = Spool(tmp_path / "spool" / "send")
    message = Message(RAW.name, b"fleet", b"\xff", origin="a.jsonl:3")
    spool.append([], refused=[(message, Grounds("MessageTooLargeError", "a.jsonl:3: too large", 0))])
    spool.close()
    listed = ringfence(kafka_with_letters, "dead-letter", "list", "--local", "--json", "--data", str(tmp_path))
    (letter,) = map(json.loads, listed.stdout.splitlines())
    assert (letter["error"], letter["origin"], letter["value"]) == ("MessageTooLargeError", "a.jsonl:3", "/w==")


def test_messages_that_were_not_sent_are_sent_again_from_their_spool(
    tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic
) -> None:
    """BUS-6: nothing of a local dead letter is lost or doubled; what is refused again is a dead letter again."""
    kafka = KafkaSettings(bootstrap=bootstrap)
    topic = fresh_topic("mended", **{"max.message.bytes": "2000"})
    spool = Spool(tmp_path / "spool" / "send")
    grounds = Grounds("MSG_SIZE_TOO_LARGE", "too large", 1)
    letters = [Message(topic, b"fleet", value) for value in (b"1", b"x" * 5_000, b"2")]
    spool.append([], refused=[(letter, grounds) for letter in letters])
    again = ringfence(kafka, "dead-letter", "resend", "--data", str(tmp_path))
    assert (again.returncode, again.stdout) == (3, "3 messages sent again: 1 refused, 0 still waiting\n"), again.stderr
    assert [record.value for record in read_topic(kafka, topic)] == [b"1", b"2"]
    assert [letter.message.value for letter in spool.dead_letters.newest(10)] == [b"x" * 5_000]
    spool.close()


def test_a_spool_that_is_not_there_is_named(tmp_path: Path, kafka_with_letters: KafkaSettings) -> None:
    missing = ringfence(kafka_with_letters, "dead-letter", "resend", "--data", str(tmp_path))
    assert (missing.returncode, "no such spool" in missing.stderr) == (1, True)


def test_a_dump_is_the_log(tmp_path: Path, kafka_with_letters: KafkaSettings) -> None:
    out = tmp_path / "raw.jsonl.gz"
    assert ringfence(kafka_with_letters, "dump", RAW.name, "--out", str(out)).returncode == 0
    records = read_topic(kafka_with_letters, RAW.name)
    assert list(read_envelopes(out)) == records
    part = ringfence(kafka_with_letters, "dump", RAW.name, "--partition", "1", "--from-offset", "2").stdout
    assert [decode_envelope(line.encode()) for line in part.splitlines()] == [
        record for record in records if record.offset >= 2
    ]
