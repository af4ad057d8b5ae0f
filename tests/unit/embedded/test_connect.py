"""BUS-3: what is wrong with the connection is said in one line, and a breaker spares what is down."""

import pytest
from pybreaker import CircuitBreakerError

from app.bus import connect
from app.bus.connect import KafkaConnection
from app.bus.diagnosis import NameResolutionError, NoAnswerError
from app.embedded import ports
from app.settings import KafkaSettings


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(NameResolutionError, match=r"broker\.invalid:9092 cannot be resolved: check RINGFENCE_KAFKA__"):
        KafkaConnection(KafkaSettings(bootstrap="broker.invalid:9092")).connect(timeout_s=0.5)


def test_nobody_there_is_said() -> None:
    with pytest.raises(NoAnswerError, match=r"no Kafka answers at 127\.0\.0\.1"):
        KafkaConnection(KafkaSettings(bootstrap=f"127.0.0.1:{ports.free_port()}")).connect(timeout_s=0.5)


def test_the_breaker_opens_after_failures_and_then_fails_at_once() -> None:
    connection = KafkaConnection(KafkaSettings(bootstrap=f"127.0.0.1:{ports.free_port()}"))
    for _ in range(connect.BREAKER_FAILURES):
        with pytest.raises(NoAnswerError):
            connection.connect_once(timeout_s=0.05)
    with pytest.raises(CircuitBreakerError):
        connection.connect_once()
    with pytest.raises(NoAnswerError):
        connection.connect(timeout_s=0.2)
