"""Reaching Kafka: exponential backoff with jitter, a circuit breaker, and one clear line about what is wrong."""

import logging
import socket

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from pybreaker import CircuitBreaker, CircuitBreakerError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from app.bus.connection import confluent
from app.bus.diagnosis import PASSING, NoAnswerError, NotKafkaError, explain
from app.bus.errors import UnreachableError
from app.settings import KafkaSettings

TRY_TIMEOUT_S = 5.0
BREAKER_FAILURES = 5
BREAKER_RESET_S = 5.0
WAIT_INITIAL_S = 0.1
WAIT_MAX_S = 5.0

_SILENT = logging.getLogger("librdkafka.admin")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
"""librdkafka repeats each error on stderr every few milliseconds; ours are raised."""


class KafkaConnection:
    """Connects an admin client; keep one for as long as you connect to the same Kafka, for its breaker.

    Once `BREAKER_FAILURES` tries have failed in a row, the next ones fail without touching the network until
    `BREAKER_RESET_S` seconds have passed; then one try decides.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        self.settings = settings
        self.breaker = CircuitBreaker(
            fail_max=BREAKER_FAILURES,
            reset_timeout=BREAKER_RESET_S,
            throw_new_error_on_trip=False,
            name="kafka",
        )
        self._last: UnreachableError | None = None

    def connect(self, timeout_s: float = 30.0) -> AdminClient:
        """Return a client after a broker has answered it.

        Tries again, with backoff, what may pass by itself; wrong credentials, TLS and rights fail at once.

        Raises:
            UnreachableError: a subclass says what is wrong: `app.bus.diagnosis`.

        """
        retrying = Retrying(
            retry=retry_if_exception_type((*PASSING, CircuitBreakerError)),
            stop=stop_after_delay(timeout_s),
            wait=wait_exponential_jitter(multiplier=WAIT_INITIAL_S, max=WAIT_MAX_S),
            reraise=True,
        )
        try:
            return retrying(self.connect_once, min(timeout_s, TRY_TIMEOUT_S))
        except CircuitBreakerError as error:
            raise self._last or UnreachableError(str(error)) from error

    def connect_once(self, timeout_s: float = TRY_TIMEOUT_S) -> AdminClient:
        """One try, through the breaker.

        Raises:
            UnreachableError: the try failed.
            CircuitBreakerError: too many have failed just now.

        """
        with self.breaker.calling():
            try:
                return self._reach(timeout_s)
            except UnreachableError as error:
                self._last = error
                raise

    def _reach(self, timeout_s: float) -> AdminClient:
        seen: list[KafkaError] = []
        try:
            client = AdminClient({**confluent(self.settings), "error_cb": seen.append}, logger=_SILENT)
            client.list_topics(timeout=timeout_s)
        except KafkaException as error:
            client.poll(0)
            raise self._explain(most_telling([*seen, error.args[0]])) from error
        return client

    def _explain(self, error: KafkaError) -> UnreachableError:
        at, protocol = self.settings.bootstrap, self.settings.security_protocol
        explained = explain(error, self.settings)
        if isinstance(explained, NoAnswerError) and any(map(listens, at.split(","))):
            return NotKafkaError(
                f"something listens at {at}, but not in {protocol}: check RINGFENCE_KAFKA__SECURITY_PROTOCOL"
            )
        return explained


def listens(address: str, timeout_s: float = 1.0) -> bool:
    """Whether anything accepts connections at host:port.

    >>> listens("127.0.0.1:1")
    False
    """
    host, _, port = address.strip().rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout_s).close()
    except (OSError, ValueError):
        return False
    return True


def most_telling(errors: list[KafkaError]) -> KafkaError:
    """Return the cause among an attempt's errors: what first went wrong, not that all brokers are down by now.

    >>> most_telling([KafkaError(KafkaError._ALL_BROKERS_DOWN), KafkaError(KafkaError._SSL)]).name()
    '_SSL'
    """
    return next((error for error in errors if error.name() != "_ALL_BROKERS_DOWN"), errors[-1])
