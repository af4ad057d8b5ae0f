"""Working on the data of a system that does not run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded import run_file
from app.embedded.errors import EmbeddedError
from app.embedded.folder import holder, locked
from app.embedded.kafka import KafkaServer
from app.settings import Settings


class StillRunningError(EmbeddedError):
    """The folder is in use by `ringfence up`."""


@contextmanager
def settings_at_rest(data: Path, settings: Settings | None = None) -> Iterator[Settings]:
    """The settings of a command that needs Kafka without workers.

    The folder's own Kafka is started for the duration, and the folder locked, unless the settings name another one.

    Raises:
        StillRunningError: `ringfence up` runs on the folder, or parts of it were left.
        EmbeddedError: Kafka cannot be started.

    """
    settings = settings or Settings()
    _demand_stopped(data)
    if "operator" not in settings.keys.model_fields_set and run_file.operator_key(data).exists():
        settings.keys = settings.keys.model_copy(update={"operator": run_file.operator_key(data)})
    if "bootstrap" in settings.kafka.model_fields_set or not (data / "kafka").is_dir():
        yield settings
        return
    with locked(data, "a command at rest"), KafkaServer(data / "kafka") as server:
        settings.kafka = settings.kafka.model_copy(update={"bootstrap": server.bootstrap})
        yield settings


def _demand_stopped(data: Path) -> None:
    run = run_file.read(data)
    parts = [part.name for part in run.processes if part.alive] if run is not None else []
    if holder(data) is not None or parts:
        raise StillRunningError(f"{', '.join(parts) or 'ringfence up'} runs on {data}: `ringfence down` first")
