"""BUS-1, BUS-3: Kafka under SASL_SSL, with SCRAM and PLAIN, and what is said when it does not let us in."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)
from pydantic import SecretStr

from app.bus.admin import declare
from app.bus.connect import KafkaConnection
from app.bus.connection import aiokafka, confluent
from app.bus.diagnosis import AccessError, CredentialsError, NotKafkaError, TlsError
from app.embedded import ports, run_file
from app.embedded.kafka import KafkaServer
from app.notify.health import look_at_kafka
from app.settings import KafkaSettings
from app.telemetry.names import COMPONENT_UP
from app.topics import PROGRESS, RAW, Topic
from tests.integration.embedded import certificates
from tests.integration.embedded.command_line import ringfence

pytestmark = pytest.mark.kafka

LOGIN = "org.apache.kafka.common.security"


class Secure(NamedTuple):
    server: KafkaServer
    settings: KafkaSettings


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """A broker that demands TLS and a password, and gives a right to nobody but alice and the API key."""
    folder = tmp_path_factory.mktemp("secure")
    files = certificates.make(folder / "certificates")
    port = ports.free_port()
    overrides = {
        "listeners": f"SASL_SSL://127.0.0.1:{port}",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": f"{LOGIN}.scram.ScramLoginModule required;",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": f'{LOGIN}.plain.PlainLoginModule required user_key="secret";',
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(files.broker),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:alice;User:key",
    }
    scram = ["--add-scram", "SCRAM-SHA-512=[name=alice,password=wonderland]"]
    scram += ["--add-scram", "SCRAM-SHA-512=[name=bob,password=builder]"]
    with KafkaServer(folder / "kafka", overrides=overrides, format_options=scram) as server:
        settings = KafkaSettings(
            bootstrap=f"127.0.0.1:{port}",
            security_protocol="SASL_SSL",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_username="alice",
            sasl_password=SecretStr("wonderland"),
            ca_file=files.authority,
        )
        yield Secure(server, settings)


def _as(secure: Secure, **changes: object) -> KafkaSettings:
    return secure.settings.model_copy(update=changes)


API_KEY = {"sasl_mechanism": "PLAIN", "sasl_username": "key", "sasl_password": SecretStr("secret")}


@pytest.mark.parametrize("login", [{}, API_KEY])
async def test_both_clients_work_with_scram_and_with_plain(secure: Secure, login: dict[str, object]) -> None:
    settings = _as(secure, **login)
    topic = f"greetings-{settings.sasl_username}"
    admin = KafkaConnection(settings).connect()
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(10)
    async with AIOKafkaProducer(**aiokafka(settings)) as producer:
        await producer.send_and_wait(topic, b"hello")
    consumer = Consumer({**confluent(settings), "group.id": "reader"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    message = consumer.poll(20)
    consumer.close()
    assert message is not None
    assert message.value() == b"hello"


def test_a_wrong_password_fails_at_once_and_is_named(secure: Secure) -> None:
    with pytest.raises(CredentialsError, match="refuses user 'alice': check RINGFENCE_KAFKA__SASL_USERNAME"):
        KafkaConnection(_as(secure, sasl_password=SecretStr("looking glass"))).connect()


def test_an_unknown_authority_is_named(secure: Secure, tmp_path: Path) -> None:
    other = certificates.make(tmp_path).authority
    with pytest.raises(TlsError, match="RINGFENCE_KAFKA__CA_FILE"):
        KafkaConnection(_as(secure, ca_file=other)).connect()


def test_plaintext_to_a_tls_listener_is_named(secure: Secure) -> None:
    with pytest.raises(NotKafkaError, match="not in PLAINTEXT: check RINGFENCE_KAFKA__SECURITY_PROTOCOL"):
        KafkaConnection(_as(secure, security_protocol="PLAINTEXT")).connect(timeout_s=1)


def test_a_missing_right_is_named(secure: Secure) -> None:
    bob = _as(secure, sasl_username="bob", sasl_password=SecretStr("builder"))
    with pytest.raises(AccessError, match="user 'bob' lacks the right Create on forbidden: have it granted"):
        declare(KafkaConnection(bob).connect(), bob, [Topic("forbidden", {})])


def test_kafka_is_up_for_whom_it_denies_a_right_and_the_right_is_named(secure: Secure) -> None:
    """Not only that nothing can be said of the folds: that needs another remedy than a Kafka that is down."""
    bob = _as(secure, sasl_username="bob", sasl_password=SecretStr("builder"))
    admin = KafkaConnection(secure.settings).connect()
    declare(admin, secure.settings, [RAW, PROGRESS])
    producer = Producer(confluent(secure.settings))
    producer.produce(PROGRESS.name, b"{}", b"0", partition=0)
    assert producer.flush(20) == 0
    up = COMPONENT_UP.sample(1, component="kafka", instance="kafka")

    denied = look_at_kafka(bob)
    assert denied.gauges == [up]
    assert (denied.refused or "").startswith(f"user 'bob' lacks the right Describe on {RAW.name}")

    _allow(admin, AclOperation.DESCRIBE, ResourceType.TOPIC, RAW.name)
    _allow(admin, AclOperation.DESCRIBE, ResourceType.TOPIC, PROGRESS.name)
    _allow(admin, AclOperation.READ, ResourceType.GROUP, "*")
    denied = look_at_kafka(bob)
    assert denied.gauges == [up]
    assert (denied.refused or "").startswith(f"user 'bob' lacks the right Read on {PROGRESS.name}")


def _allow(admin: AdminClient, operation: AclOperation, kind: ResourceType, name: str) -> None:
    of_bob = AclBinding(kind, name, ResourcePatternType.LITERAL, "User:bob", "*", operation, AclPermissionType.ALLOW)
    admin.create_acls([of_bob])[of_bob].result(20)


def test_a_worker_folds_through_sasl_ssl(secure: Secure, tmp_path: Path) -> None:
    environment = {
        "RINGFENCE_KAFKA__BOOTSTRAP": secure.settings.bootstrap,
        "RINGFENCE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
        "RINGFENCE_KAFKA__SASL_MECHANISM": "SCRAM-SHA-512",
        "RINGFENCE_KAFKA__SASL_USERNAME": "alice",
        "RINGFENCE_KAFKA__SASL_PASSWORD": "wonderland",
        "RINGFENCE_KAFKA__CA_FILE": str(secure.settings.ca_file),
    }
    up = ringfence("up", "--data", str(tmp_path), "--detach", **environment)
    assert up.returncode == 0, up.stderr
    try:
        run = run_file.read(tmp_path)
        assert run is not None
        assert [part.name for part in run.processes] == ["valkey", "worker-0", "sidecar", "sinks"]
        doctor = ringfence("doctor", "--data", str(tmp_path), **environment)
        assert doctor.returncode == 0, doctor.stdout
        assert "all 8 partitions are worked on" in doctor.stdout
    finally:
        ringfence("down", "--data", str(tmp_path), **environment)
