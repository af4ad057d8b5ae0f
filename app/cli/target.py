"""Which Kafka a command talks to."""

from pathlib import Path

import msgspec

from app.errors import RingfenceError
from app.settings import KafkaSettings, Settings


class NotRunningError(RingfenceError):
    """The file that says what runs in a data folder cannot be read."""


class _Kafka(msgspec.Struct):
    bootstrap: str


class _Run(msgspec.Struct):
    kafka: _Kafka


def kafka_of(data: Path, settings: Settings) -> KafkaSettings:
    """The Kafka of the settings where they name one, else that of `ringfence up` in the folder `data`.

    Raises NotRunningError where `run.json` is damaged.
    """
    run = data / "run.json"
    if "bootstrap" in settings.kafka.model_fields_set or not run.exists():
        return settings.kafka
    try:
        bootstrap = msgspec.json.decode(run.read_bytes(), type=_Run).kafka.bootstrap
    except (msgspec.DecodeError, OSError) as error:
        raise NotRunningError(f"{run}: {error}: run `ringfence up` again, or name Kafka in the settings") from error
    return settings.kafka.model_copy(update={"bootstrap": bootstrap})
