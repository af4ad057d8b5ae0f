"""Dumps of whole topics, gzip, in the format of `ringfence dump`: written, read back, read by partition."""

import gzip
import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

import msgspec

from app.archive.repartition.errors import ArchiveDamagedError
from app.archive.repartition.job import Dump, Member
from app.bus.envelope import Envelope, decode_envelope, encode_envelope
from app.bus.reader import Span, TopicReader
from app.lines import open_lines
from app.settings import KafkaSettings
from app.topics import RAW, SKIPS

LEVEL = 3
"""Of gzip: 9, its default, takes 5 times as long for a tenth less."""

Told = Callable[[int], object]
"""Is told how many records were done since it was told last."""

_TELL_EVERY = 500


def write_dump(kafka: KafkaSettings, topic: str, folder: Path, told: Told) -> Dump:
    """Write the committed records of a topic, the raw topic's with the skips first. Raises ReadError."""
    file = folder / f"{topic}.jsonl.gz"
    digest, members = sha256(), list[Member]()
    with file.open("wb") as out:
        for source in (SKIPS.name, RAW.name) if topic == RAW.name else (topic,):
            with TopicReader(kafka, source) as reader:
                members += [_write_member(reader, span, out, digest.update, told) for span in reader.spans()]
        out.flush()
        os.fsync(out.fileno())
    return Dump(file.name, members, sum(member.records for member in members), digest.hexdigest())


def _write_member(
    reader: TopicReader, span: Span, out: BinaryIO, digest: Callable[[bytes], object], told: Told
) -> Member:
    start, count = out.tell(), 0
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=LEVEL, mtime=0) as lines:
        for count, record in enumerate(reader.read(span), 1):
            line = encode_envelope(record) + b"\n"
            digest(line)
            lines.write(line)
            if not count % _TELL_EVERY:
                told(_TELL_EVERY)
    told(count % _TELL_EVERY)
    return Member(reader.topic, span.partition, start, count, span.end)


def verify(folder: Path, dump: Dump, told: Told) -> None:
    """Read a dump back. Raises ArchiveDamagedError unless it holds, readable, what was written."""
    digest, count = sha256(), 0
    try:
        with open_lines(folder / dump.file) as lines:
            for count, line in enumerate(lines, 1):
                digest.update(line)
                decode_envelope(line)
                if not count % _TELL_EVERY:
                    told(_TELL_EVERY)
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise ArchiveDamagedError(f"{folder / dump.file} cannot be read back: {error}; check the disk") from error
    told(count % _TELL_EVERY)
    if (count, digest.hexdigest()) != (dump.records, dump.sha256):
        raise ArchiveDamagedError(f"{folder / dump.file} does not hold what was written to it: check the disk")


def read_member(folder: Path, dump: Dump, member: Member) -> Iterator[Envelope]:
    """The records of one partition, in order. Raises ArchiveDamagedError."""
    path = folder / dump.file
    try:
        with path.open("rb") as file:
            file.seek(member.start)
            yield from takewhile(lambda record: _belongs(record, member), _records(file))
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise ArchiveDamagedError(f"{path} cannot be read: {error}; restore it from a copy") from error


def _records(file: BinaryIO) -> Iterator[Envelope]:
    with gzip.GzipFile(fileobj=file, mode="rb") as lines:
        for line in lines:
            yield decode_envelope(line)


def _belongs(record: Envelope, member: Member) -> bool:
    return record.topic == member.topic and record.partition == member.partition
