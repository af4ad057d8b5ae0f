"""`run.json` in the data folder: what `ringfence up` has running, and where."""

import contextlib
import os
from pathlib import Path

import msgspec
import psutil

from app.embedded.errors import EmbeddedError
from app.settings import Settings

NAME = "run.json"
DEFAULT_DATA = Path("data")


class RunFileError(EmbeddedError):
    """The file cannot be read."""


class KafkaAddress(msgspec.Struct, frozen=True):
    """Where Kafka is, host:port."""

    bootstrap: str


class RedisAddress(msgspec.Struct, frozen=True):
    """Where Redis is."""

    url: str


class Part(msgspec.Struct, frozen=True):
    """A running process: `web` is the URL of its web server, if it has one; `started` is seconds since the epoch."""

    name: str
    pid: int
    web: str | None
    started: float

    @property
    def alive(self) -> bool:
        """Whether this very process runs: another one may have got its pid since."""
        try:
            process = psutil.Process(self.pid)
            return process.create_time() == self.started and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def part(name: str, pid: int, web: str | None = None) -> Part:
    """Describe a process that runs now.

    >>> part("me", os.getpid()).alive
    True
    """
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        started = 0.0
    return Part(name, pid, web, started)


class Run(msgspec.Struct, frozen=True):
    """The content of `run.json`: `processes` are in the order in which they were started."""

    kafka: KafkaAddress
    redis: RedisAddress
    supervisor: Part
    processes: tuple[Part, ...]

    @property
    def workers(self) -> tuple[Part, ...]:
        """The processes that fold."""
        return tuple(part for part in self.processes if part.name.startswith("worker-"))


def read(data: Path) -> Run | None:
    """Return what was started in the folder last and not stopped since; its processes may have died.

    Raises:
        RunFileError: the file is damaged.

    """
    file = data / NAME
    try:
        return msgspec.json.decode(file.read_bytes(), type=Run)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise RunFileError(f"cannot read {file}: {error}; delete it if nothing of Ringfence runs") from error


def write(data: Path, run: Run) -> None:
    """Replace the file; a reader sees the old one or the new one, whole."""
    new = data / f".{NAME}.{os.getpid()}"
    new.touch(mode=0o600)  # the address of Redis may hold a password
    new.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n")
    new.replace(data / NAME)


def remove(data: Path) -> None:
    """Say that nothing runs any more."""
    with contextlib.suppress(FileNotFoundError):
        (data / NAME).unlink()


def settings_for(data: Path, settings: Settings | None = None) -> Settings:
    """Return the settings of a command that was given `--data`: an address that is set wins over the run's.

    >>> settings_for(Path("/nowhere")).kafka.bootstrap
    '127.0.0.1:9092'
    """
    settings = settings or Settings()
    run = read(data)
    if run is None:
        return settings
    if "bootstrap" not in settings.kafka.model_fields_set:
        settings.kafka = settings.kafka.model_copy(update={"bootstrap": run.kafka.bootstrap})
    if "url" not in settings.redis.model_fields_set:
        settings.redis = settings.redis.model_copy(update={"url": type(settings.redis.url)(run.redis.url)})
    if "operator" not in settings.keys.model_fields_set:
        settings.keys = settings.keys.model_copy(update={"operator": operator_key(data)})
    return settings


def operator_key(data: Path) -> Path:
    """Where the folder keeps the genesis key."""
    return data / "keys" / "operator.pem"
