"""Waiting for what passes by itself."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from confluent_kafka import KafkaError, KafkaException
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential

_STARTING = frozenset(
    {
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
    }
)
"""What a broker answers within the first seconds after its start."""

P = ParamSpec("P")
R = TypeVar("R")


def patiently(passes: Callable[[BaseException], bool], timeout_s: float, call: Callable[P, R]) -> Callable[P, R]:
    """The call, repeated while it raises what may pass; after the timeout that is raised."""
    retrying = Retrying(
        retry=retry_if_exception(passes),
        stop=stop_after_delay(timeout_s),
        wait=wait_exponential(multiplier=0.1, max=1.0),
        reraise=True,
    )
    return retrying.wraps(call)


def is_starting(error: BaseException) -> bool:
    """Whether the error, or what caused it, is that of a broker that has just started."""
    cause = error if isinstance(error, KafkaException) else error.__cause__
    return isinstance(cause, KafkaException) and cause.args[0].code() in _STARTING
