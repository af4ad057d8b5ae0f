"""Places where a test can make a worker die.

The environment variable RINGFENCE_FAILPOINTS holds `name:hits:folder[:after]`, comma separated: the process
is killed at the named place, after passing it `after` times, until `hits` processes died there. Each death
leaves a file in the folder, so the hits are counted across processes.
"""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import msgspec

VARIABLE = "RINGFENCE_FAILPOINTS"


class _Armed(msgspec.Struct):
    hits: int
    folder: Path
    after: int
    passed: int = 0

    def take(self, name: str) -> bool:
        """True if this passing is a hit; the hit is on the disk before this returns."""
        self.passed += 1
        return self.passed > self.after and any(self._claim(name, hit) for hit in range(self.hits))

    def _claim(self, name: str, hit: int) -> bool:
        try:
            (self.folder / f"{name}.{hit}").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class Failpoints:
    """The failpoints of this process; none are armed outside of tests.

    >>> Failpoints({}).reach("before-commit")
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._armed = dict(_parse(entry) for entry in environment.get(VARIABLE, "").split(",") if entry)

    def reach(self, name: str) -> None:
        """Pass the named place, or die there."""
        if self._armed and (armed := self._armed.get(name)) and armed.take(name):
            os.kill(os.getpid(), signal.SIGKILL)


def _parse(entry: str) -> tuple[str, _Armed]:
    name, hits, folder, *after = entry.split(":")
    return name, _Armed(int(hits), Path(folder), int(after[0]) if after else 0)
