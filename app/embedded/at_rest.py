"""Working on the data of a system that does not run."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from app.embedded import run_file
from app.embedded.errors import EmbeddedError, FolderInUseError
from app.embedded.folder import holder, locked
from app.embedded.kafka import STOP_TIMEOUT_S, KafkaServer
from app.settings import Settings

_RELEASED = Retrying(
    retry=retry_if_exception_type(FolderInUseError),
    stop=stop_after_delay(STOP_TIMEOUT_S),
    wait=wait_fixed(0.2),
    reraise=True,
)
"""A Kafka whose command was killed shuts down in order, and has its folder until then."""


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
    server = KafkaServer(data / "kafka")
    with locked(data, "a command at rest"), ExitStack() as stack:
        stack.callback(server.stop)
        _RELEASED(server.start)
        settings.kafka = settings.kafka.model_copy(update={"bootstrap": server.bootstrap})
        yield settings


def _demand_stopped(data: Path) -> None:
    run = run_file.read(data)
    parts = [part.name for part in run.processes if part.alive] if run is not None else []
    if holder(data) is not None or parts:
        raise StillRunningError(f"{', '.join(parts) or 'ringfence up'} runs on {data}: `ringfence down` first")
