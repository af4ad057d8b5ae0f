"""How fast a table is read back from its changelog."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.contestant import Contestant, process
from tests.benchmarks.running import BenchmarkError, wait_for
from tests.benchmarks.setup import Setup
from tests.benchmarks.topics import Record, fill, make_topic

KEYS = 100_000

_RECOVERED = re.compile(r"tables recovered.*records=(\d+).*seconds=([\d.]+)")


def changelog_records(count: int, *, as_json: bool) -> Iterator[Record]:
    """Counts of a hundred thousand agents, as the contestant's table writes them; in the end they sum to `count`."""
    key = b'"agent-%d"' if as_json else b"agent-%d"
    return (Record(key % (number % KEYS), b"%d" % (number // KEYS + 1)) for number in range(count))


def measure_recovery(contestant: Contestant, bootstrap: str, count: int, folder: Path, *, as_json: bool) -> float:
    """Changelog records a second, from the assignment to the recovered table.

    Raises BenchmarkError where the contestant ends, or recovers another number of records.
    """
    app_id = f"recover-{uuid.uuid4().hex[:8]}"
    source, output = (make_topic(bootstrap, f"{app_id}-{name}") for name in ("in", "out"))
    for table in ("counts", "partitions"):
        make_topic(bootstrap, f"{app_id}-{table}-changelog", **{"cleanup.policy": "compact"})
    fill(bootstrap, f"{app_id}-counts-changelog", changelog_records(count, as_json=as_json))
    setup = Setup(bootstrap, app_id, source, output, str(folder / app_id))
    running = process(contestant, setup, folder / f"{app_id}.log")
    running.start()
    try:
        wait_for(lambda: _RECOVERED.search(running.output()) is not None, running)
    finally:
        running.kill()
    return _rate(running.output(), count)


def _rate(output: str, count: int) -> float:
    found = _RECOVERED.search(output)
    if found is None or int(found[1]) != count:
        raise BenchmarkError(f"recovered {found and found[1]} of {count} records")
    return count / float(found[2])
