"""Making the raw topic ready for workers: the operator's key first, then theirs."""

from collections.abc import Iterable

from confluent_kafka import Producer

from app.bus.connection import confluent
from app.bus.genesis import GenesisError, write_genesis
from app.bus.issuer import Issuer
from app.bus.transport import quiet_logger
from app.core.commands import EnrollKey
from app.settings import KafkaSettings
from app.topics import RAW

_TIMEOUT_S = 30.0


def prepare_log(settings: KafkaSettings, operator: Issuer, workers: Iterable[Issuer]) -> None:
    """Write the genesis where it is missing and let the workers' keys sign; safe to repeat.

    Appends only: the fold decides the records once a worker runs. Raises GenesisError.
    """
    write_genesis(settings, operator)
    producer = Producer({**confluent(settings), "acks": "all", "enable.idempotence": True}, logger=quiet_logger())
    failed: list[object] = []
    for worker in workers:
        for partition in range(settings.partitions):
            command = EnrollKey(partition=partition, name=worker.name, public_key=worker.public_key, role="worker")
            value, headers = operator.sign(command)
            producer.produce(
                RAW.name, value, partition=partition, headers=headers,
                on_delivery=lambda error, _: failed.append(error) if error else None,
            )  # fmt: skip
    left = producer.flush(_TIMEOUT_S)
    if left or failed:
        raise GenesisError(f"cannot enroll the workers' keys on {RAW.name}: {failed[0] if failed else 'no answer'}")
