"""`repartition.json` in the archive folder: what is to be moved, and how far that is."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from app.archive.repartition.errors import RepartitionError

NAME = "repartition.json"


class Member(msgspec.Struct, frozen=True):
    """One partition of a topic within a dump: a gzip member of its own, so that it is read without the others."""

    topic: str
    partition: int
    start: int
    """Byte of the file at which it begins."""
    records: int
    end: int
    """End offset of the partition when it was read."""


class Dump(msgspec.Struct, frozen=True):
    """A dump of a topic, verified."""

    file: str
    members: Sequence[Member]
    records: int
    sha256: str
    """Of the lines, unzipped."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of the records of the old log."""

    appended: Mapping[str, int]
    """Records of the new log, by what they were."""
    left_out: Mapping[str, int]
    """Records that only the archive has, by why."""
    skipped: Sequence[tuple[int, int]]
    """Partition and offset of the positions that were skipped."""


class Job(msgspec.Struct, frozen=True):
    """A repartition whose archive is verified: from here on the topics are replaced."""

    cluster: str
    raw_topic_id: str
    """Of the raw topic that was archived: one made anew has another id."""
    before: int
    after: int
    dumps: Mapping[str, Dump]
    """By topic."""
    step: Literal["replace", "done"] = "replace"
    outcome: Outcome | None = None


def load(folder: Path) -> Job | None:
    """The job of an archive folder; None where its archive is not complete. Raises RepartitionError."""
    file = folder / NAME
    try:
        return msgspec.json.decode(file.read_bytes(), type=Job)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise RepartitionError(f"cannot read {file}: {error}; restore it, or name another folder") from error


def save(folder: Path, job: Job) -> None:
    """Replace the file, durably: after a crash it is the old one or the new one, whole."""
    new = folder / f".{NAME}.new"
    with new.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(job), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
    sync_folder(folder)


def forget(folder: Path) -> None:
    """Have the archive made anew."""
    (folder / NAME).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names of a folder's files durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
