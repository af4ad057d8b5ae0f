"""The same log, folded again by `ringfence fold`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from app.archive.dump_file import read_dump
from app.archive.fold_file import FoldFile
from app.archive.policy_file import policy_for_file
from tables import TABLES
from tests.system.recorded import ALL_CHANNELS, Recorded

Lines = Sequence[bytes]


class Refolded(NamedTuple):
    """The files that the fold of the dump has written, as lines."""

    outputs: Mapping[str, Lines]
    tables: Mapping[str, Lines]


def refold(recorded: Recorded, folder: Path) -> Refolded:
    """Dump what is recorded, fold the dump."""
    folder.mkdir(parents=True, exist_ok=True)
    dump = folder / "dump.jsonl"
    recorded.dump(dump)
    skips, records = read_dump(dump)
    FoldFile(folder, policy_for_file(None, plain=False), skips, plain=False).run(records)
    return Refolded(
        outputs={channel: _lines(folder / f"{channel}.jsonl") for channel in ALL_CHANNELS},
        tables={spec.name: _lines(folder / "tables" / f"{spec.name}.jsonl") for spec in TABLES},
    )


def _lines(path: Path) -> Lines:
    return path.read_bytes().splitlines()
