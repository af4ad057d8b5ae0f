"""What `ringfence doctor` looks at, each with what to do about it."""

import os
import shutil
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import msgspec
import redis

from app.bus.admin import PARTITIONS, compare, missing_topics, topics_of
from app.bus.connect import KafkaConnection
from app.bus.issuer import load_issuer
from app.bus.progress import read_progress
from app.core.state import TABLES
from app.embedded import run_file
from app.embedded.kafka import MIN_FREE_DISK_MB
from app.errors import RingfenceError
from app.settings import Settings

REDIS_TIMEOUT_S = 3.0
KAFKA_TIMEOUT_S = 3.0


class Verdict(StrEnum):
    """A failure makes `ringfence doctor` fail; a warning does not."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


class Finding(msgspec.Struct, frozen=True):
    """One line of the report; `advice` is empty where nothing needs doing."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""


def examine(data: Path, settings: Settings) -> Iterator[Finding]:
    """Run all checks, the cheap ones first; those that need Kafka end where it is not reached."""
    yield _disk(data)
    yield from _parts(data)
    yield _guarded("operator key", lambda: _key(settings))
    yield _redis(settings)
    kafka = _guarded("kafka", lambda: _kafka(settings))
    yield kafka
    if kafka.verdict is Verdict.OK:
        yield from _topics(settings)
        yield _guarded("workers", lambda: _workers(settings))


def _guarded(check: str, look: Callable[[], Finding]) -> Finding:
    """Turn an error, whose message says what to do, into a finding."""
    try:
        return look()
    except RingfenceError as error:
        return Finding(check, Verdict.FAILURE, str(error))


def _disk(data: Path) -> Finding:
    place = next(folder for folder in (data.absolute(), *data.absolute().parents) if folder.exists())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    found = f"{free_mb:,} MB free at {place}"
    if not os.access(place, os.W_OK):
        return Finding("disk", Verdict.FAILURE, f"{place} is not writable", "give --data a folder of yours")
    if free_mb < MIN_FREE_DISK_MB:
        return Finding("disk", Verdict.FAILURE, found, f"free some space: Kafka needs {MIN_FREE_DISK_MB} MB")
    return Finding("disk", Verdict.OK, found)


def _parts(data: Path) -> Iterator[Finding]:
    run = run_file.read(data)
    if run is None:
        yield Finding("parts", Verdict.OK, f"none in {data} by `ringfence up`: the addresses of the settings count")
        return
    for part in (run.supervisor, *run.processes):
        ended = Finding(part.name, Verdict.FAILURE, "has ended", f"see {data / 'logs'}; `ringfence up` starts it again")
        yield Finding(part.name, Verdict.OK, f"runs as process {part.pid}") if part.alive else ended


def _key(settings: Settings) -> Finding:
    path = settings.keys.operator
    if path is None or not path.exists():
        return Finding(
            "operator key",
            Verdict.WARNING,
            "none: commands cannot be signed here",
            "set RINGFENCE_KEYS__OPERATOR, or let `ringfence up` make one",
        )
    load_issuer(settings.keys.issuer, path)
    if path.stat().st_mode & 0o077:
        return Finding("operator key", Verdict.WARNING, f"{path} is readable by others", f"chmod 600 {path}")
    return Finding("operator key", Verdict.OK, str(path))


def _redis(settings: Settings) -> Finding:
    try:
        with redis.Redis.from_url(settings.redis.url.get_secret_value(), socket_timeout=REDIS_TIMEOUT_S) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        advice = "start it, or set RINGFENCE_REDIS__URL; without it only the mirror is missing"
        return Finding("redis", Verdict.FAILURE, str(error), advice)
    return Finding("redis", Verdict.OK, "answers")


def _kafka(settings: Settings) -> Finding:
    metadata = KafkaConnection(settings.kafka).connect(KAFKA_TIMEOUT_S).list_topics(timeout=KAFKA_TIMEOUT_S)
    return Finding("kafka", Verdict.OK, f"{len(metadata.brokers)} broker(s) at {settings.kafka.bootstrap}")


def _topics(settings: Settings) -> Iterator[Finding]:
    admin = KafkaConnection(settings.kafka).connect(KAFKA_TIMEOUT_S)
    topics = topics_of(settings.worker.app_id, TABLES)
    missing = missing_topics(admin, settings.kafka, topics)
    if missing:
        yield Finding("topics", Verdict.FAILURE, f"missing: {', '.join(missing)}", "`ringfence prepare` declares them")
    differences = compare(admin, settings.kafka, topics)
    for different in differences:
        yield Finding(
            different.topic,
            Verdict.FAILURE if different.setting == PARTITIONS else Verdict.WARNING,
            f"{different.setting} is {different.found}, declared is {different.declared}",
            "set RINGFENCE_KAFKA__PARTITIONS to what is there, or `ringfence repartition`"
            if different.setting == PARTITIONS
            else "alter the topic, unless you want it so",
        )
    if not missing and not differences:
        yield Finding("topics", Verdict.OK, f"{len(topics)} as declared")


def _workers(settings: Settings) -> Finding:
    progress = read_progress(settings.kafka)
    orphans = [str(partition.partition) for partition in progress if not partition.owned]
    if orphans:
        return Finding(
            "workers",
            Verdict.FAILURE,
            f"no worker on partition {', '.join(orphans)}",
            "start one: `ringfence up`, or `faust -A app.worker worker`; its log says why where it does not stay",
        )
    lag = sum(partition.lag for partition in progress)
    return Finding("workers", Verdict.OK, f"all {len(progress)} partitions are worked on, {lag:,} offsets behind")
