"""Which records are being folded, written where a SIGKILL leaves it, so that a deadly one is found.

Before a fold its range of offsets is noted in a memory-mapped file. A process that starts on a folder with
a noted range knows that its predecessor died there: it folds that range in 64 slices, after the next death
one of those in single records, and so on, each in a transaction of its own. A single record that ended the
process three times is condemned. An innocent range (the process was killed from outside) is folded in slices once.
"""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec

DEATHS = 3
"""So many times a single record may end the process before it is skipped."""

_SLICES = 64
_SLOT = struct.Struct("<qqq")  # 1 while folding, first offset, last offset
_PARTITIONS = 4096


class Suspect(msgspec.Struct, array_like=True):
    """A range of offsets, both inclusive, in which processes died."""

    partition: int
    first: int
    last: int
    deaths: int = 1

    @property
    def size(self) -> int:
        """How many offsets the range has."""
        return self.last - self.first + 1


class FoldingNotes:
    """What is being folded now, and where predecessors died.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> FoldingNotes(folder).begin(7, first=100, last=355)  # and the process dies
    >>> notes = FoldingNotes(folder)
    >>> notes.limit(7, 100), notes.limit(7, 90), notes.limit(7, 356)
    (104, 100, None)
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "suspects"
        self._map = _open_map(folder / "folding")
        self._suspects = self._load() if self._file.exists() else []
        self._bury()

    def begin(self, partition: int, first: int, last: int) -> None:
        """Note that these offsets are being folded. Costs less than a microsecond."""
        _SLOT.pack_into(self._map, partition * _SLOT.size, 1, first, last)

    def end(self, partition: int) -> None:
        """Note that they were folded."""
        _SLOT.pack_into(self._map, partition * _SLOT.size, 0, 0, 0)

    def limit(self, partition: int, offset: int) -> int | None:
        """The offset before which a fold that starts here must end; None where there is no suspect ahead."""
        ends = [s.first for s in self._suspects if s.partition == partition and s.first > offset]
        if suspect := self._around(partition, offset):
            ends.append(offset + max(1, suspect.size // _SLICES))
        return min(ends, default=None)

    def is_condemned(self, partition: int, offset: int) -> bool:
        """True if this single record ended the process three times."""
        suspect = self._around(partition, offset)
        return suspect is not None and suspect.size == 1 and suspect.deaths >= DEATHS

    def committed(self, partition: int, next_offset: int) -> None:
        """Forget suspects below: they were folded and nobody died."""
        if not self._suspects:
            return
        left = [s for s in self._suspects if s.partition != partition or s.last >= next_offset]
        if len(left) != len(self._suspects):
            self._suspects = left
            self._save()

    def _around(self, partition: int, offset: int) -> Suspect | None:
        """The narrowest suspected range around an offset."""
        around = (s for s in self._suspects if s.partition == partition and s.first <= offset <= s.last)
        return min(around, key=lambda suspect: suspect.size, default=None)

    def _bury(self) -> None:
        for death in self._deaths():
            same = [s for s in self._suspects if (s.partition, s.first, s.last) == death]
            if same:
                same[0].deaths += 1
            else:
                self._suspects.append(Suspect(*death))
            self.end(death[0])
        self._save()

    def _deaths(self) -> Iterator[tuple[int, int, int]]:
        for partition in range(_PARTITIONS):
            folding, first, last = _SLOT.unpack_from(self._map, partition * _SLOT.size)
            if folding:
                yield partition, first, last

    def _load(self) -> list[Suspect]:
        return msgspec.json.decode(self._file.read_bytes(), type=list[Suspect])

    def _save(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(self._suspects))
        fresh.replace(self._file)


def _open_map(path: Path) -> mmap.mmap:
    with path.open("a+b") as file:
        file.truncate(_PARTITIONS * _SLOT.size)
        return mmap.mmap(file.fileno(), _PARTITIONS * _SLOT.size)
