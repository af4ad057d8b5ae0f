"""Publishing skips: signed records on the compacted topic that every fold reads first."""

from confluent_kafka import Producer

from app.bus.connection import confluent
from app.bus.issuer import Issuer
from app.bus.transport import quiet_logger
from app.core.commands import Skip
from app.errors import RingfenceError
from app.settings import KafkaSettings
from app.topics import SKIPS

_TIMEOUT_S = 30.0


class SkipError(RingfenceError):
    """A skip that could not be published."""


def publish_skip(settings: KafkaSettings, issuer: Issuer, skip: Skip) -> None:
    """Append a signed skip and wait until it is durable. Raises SkipError."""
    value, headers = issuer.sign(skip)
    producer = Producer(
        {**confluent(settings), "acks": "all", "message.timeout.ms": int(_TIMEOUT_S * 1000)}, logger=quiet_logger()
    )
    failed: list[object] = []
    producer.produce(
        SKIPS.name,
        value,
        key=b"[%d,%d]" % (skip.partition or 0, skip.first),
        headers=headers,
        on_delivery=lambda error, _: failed.append(error) if error else None,
    )
    if producer.flush(_TIMEOUT_S) or failed:
        raise SkipError(f"cannot write to {SKIPS.name}: {failed[0] if failed else 'no answer'}")
