"""Apache Kafka's jars: named and hashed in `kafka.lock`, fetched once into the user's cache by jgo.

jgo's own `build` would fetch a whole Java kit to classify the jars; its Maven layer alone needs neither Java nor `mvn`.
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
from jgo.maven import MavenContext
from rich.console import Console
from rich.progress import track
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from app.embedded.errors import DiskFullError, DownloadError

KAFKA_VERSION = "4.1.1"
ROOTS = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
LOCK = Path(__file__).with_name("kafka.lock")
PARALLEL = 4


class Jar(msgspec.Struct, frozen=True):
    """One line of the lock file: Maven coordinates and the hash of the content."""

    group: str
    artifact: str
    version: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> "Jar":
        """Read `group:artifact:version sha256`.

        >>> Jar.parse("org.slf4j:slf4j-api:1.7.36 d3ef").artifact
        'slf4j-api'
        """
        coordinates, sha256 = line.split()
        group, artifact, version = coordinates.split(":")
        return cls(group, artifact, version, sha256)

    def line(self) -> str:
        """Write what `parse` reads."""
        return f"{self.group}:{self.artifact}:{self.version} {self.sha256}"


def cache_folder() -> Path:
    """Where fetched files live: `$XDG_CACHE_HOME/ringfence`, else `~/.cache/ringfence`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ringfence"


def fetch(cache: Path | None = None) -> list[Path]:
    """Return the class path of Apache Kafka, fetching what the cache does not hold; checks every hash.

    Raises:
        DownloadError: no network, or a file that is not the locked one.
        DiskFullError: the cache's disk is full.

    """
    repository = (cache or cache_folder()) / "maven"
    context = MavenContext(repo_cache=repository)
    jars = [Jar.parse(line) for line in LOCK.read_text().splitlines()]
    with _alone(repository):
        missing = [jar for jar in jars if not _holds(_path(context, jar), jar)]
        _fetch_all(context, missing)
    return [_path(context, jar) for jar in jars]


@contextmanager
def _alone(repository: Path) -> Iterator[None]:
    """One process fetches, others wait for it."""
    repository.mkdir(parents=True, exist_ok=True)
    with (repository / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path(context: MavenContext, jar: Jar) -> Path:
    return (
        context.repo_cache
        / jar.group.replace(".", "/")
        / jar.artifact
        / jar.version
        / f"{jar.artifact}-{jar.version}.jar"
    )


def _holds(path: Path, jar: Jar) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def _fetch_all(context: MavenContext, missing: Sequence[Jar]) -> None:
    if not missing:
        return
    console = Console(stderr=True)
    console.print(f"Fetching Apache Kafka {KAFKA_VERSION}, once: {len(missing)} files, about 43 MB in all")
    with ThreadPoolExecutor(PARALLEL) as pool:
        done = pool.map(lambda jar: _fetch(context, jar), missing)
        list(track(done, "  from Maven Central", total=len(missing), console=console))


def _fetch(context: MavenContext, jar: Jar) -> None:
    try:
        _download(context, jar)
    except (OSError, RuntimeError) as failure:
        if isinstance(failure, OSError) and failure.errno == errno.ENOSPC:
            raise DiskFullError(f"no space left in {context.repo_cache}: free 50 MB or set XDG_CACHE_HOME") from failure
        raise DownloadError(
            f"cannot fetch {jar.artifact} {jar.version} of Apache Kafka from Maven Central: is the network (or its "
            "proxy, HTTPS_PROXY) there? An own Kafka works too: set RINGFENCE_KAFKA__BOOTSTRAP"
        ) from failure


@retry(
    retry=retry_if_exception_type((OSError, RuntimeError)),
    stop=stop_after_attempt(4),
    wait=wait_exponential_jitter(multiplier=0.2, max=5),
    reraise=True,
)
def _download(context: MavenContext, jar: Jar) -> None:
    path = _path(context, jar)
    path.unlink(missing_ok=True)  # what an earlier process left half written
    context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    if not _holds(path, jar):
        path.unlink()
        raise RuntimeError(f"{path.name} is not the file that {LOCK.name} names")


def lock() -> str:
    """Resolve ROOTS with their dependencies anew and return the text of the lock file."""
    context = MavenContext(repo_cache=cache_folder() / "maven")
    given, transitive = context.resolver.resolve([context.create_dependency(root) for root in ROOTS])
    jars = (
        Jar(found.groupId, found.artifactId, found.version, _hash(found.artifact.resolve()))
        for found in (*given, *transitive)
    )
    return "".join(sorted(f"{jar.line()}\n" for jar in jars))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    LOCK.write_text(lock())
