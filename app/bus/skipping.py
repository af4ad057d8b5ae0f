"""Publishing skips: signed records on the compacted topic that every fold reads first."""

from confluent_kafka import Producer

from app.bus.connection import confluent
from app.bus.envelope import Envelope
from app.bus.issuer import Issuer
from app.bus.transport import quiet_logger
from app.core.commands import Skip
from app.errors import RingfenceError
from app.settings import KafkaSettings
from app.topics import SKIPS

_TIMEOUT_S = 30.0


class SkipError(RingfenceError):
    """A skip that could not be published."""


def sign_skip(issuer: Issuer, skip: Skip) -> Envelope:
    """The record of a skip, before it has a place on the skips topic."""
    value, headers = issuer.sign(skip)
    key = b"[%d,%d]" % (skip.partition or 0, skip.first)
    return Envelope(SKIPS.name, partition=0, offset=0, timestamp=0, key=key, value=value, headers=headers)


def publish_skip(settings: KafkaSettings, issuer: Issuer, skip: Skip) -> None:
    """Append a signed skip and wait until it is durable. Raises SkipError."""
    signed = sign_skip(issuer, skip)
    producer = Producer(
        {**confluent(settings), "acks": "all", "message.timeout.ms": int(_TIMEOUT_S * 1000)}, logger=quiet_logger()
    )
    failed: list[object] = []
    producer.produce(
        SKIPS.name,
        signed.value,
        key=signed.key,
        headers=signed.headers,
        on_delivery=lambda error, _: failed.append(error) if error else None,
    )
    if producer.flush(_TIMEOUT_S) or failed:
        raise SkipError(f"cannot write to {SKIPS.name}: {failed[0] if failed else 'no answer'}")
