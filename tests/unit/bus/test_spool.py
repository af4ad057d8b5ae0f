"""BUS-4, D3: the spool survives what happens to processes and files."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.bus.errors import SpoolBusyError, SpoolDamagedError
from app.bus.message import Message
from app.bus.spool import Spool
from app.bus.spool_lock import SpoolLock

APPEND_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
from app.bus.message import Message
from app.bus.spool import Mark, Spool

spool = Spool(Path(sys.argv[1]))
for number in count(1):
    messages = [Message("t", b"k", b"%d %d" % (number, part)) for part in range(3)]
    spool.append(messages, Mark("file", b"%d" % number))
    print(number, flush=True)
"""


def test_what_was_appended_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    """And the mark is that of the last batch that is there: whole, or not at all."""
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", APPEND_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        numbers = [int(line) for line in said if line.endswith(b"\n")]
        with closing(Spool(tmp_path)) as spool:
            held = spool.read(after=0, limit=1_000_000)
            mark = int(spool.mark("file") or b"0")
            spool.remove(held[-1].sequence)
        batches = [int((spooled.message.value or b"").split()[0]) for spooled in held]
        assert batches == [number for number in range(1, mark + 1) for _ in range(3)]
        assert mark >= numbers[-1]


def test_numbers_go_on_after_all_was_sent(tmp_path: Path) -> None:
    """Else the fold would take new messages for repeats."""
    with closing(Spool(tmp_path)) as spool:
        spool.append([Message("t", b"k", b"1"), Message("t", b"k", b"2")])
        spool.remove(2)
    with closing(Spool(tmp_path)) as spool:
        spool.append([Message("t", b"k", b"3")])
        assert [spooled.sequence for spooled in spool.read(after=0, limit=9)] == [3]


def test_a_large_backlog_is_read_in_pieces(tmp_path: Path) -> None:
    with closing(Spool(tmp_path)) as spool:
        spool.append([Message("t", b"k", bytes(5_000_000)) for _ in range(4)])
        assert [len(spool.read(after=after, limit=100)) for after in (0, 2, 3)] == [2, 2, 1]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "spool.sqlite").write_bytes(b"this is no database" * 1_000)
    with pytest.raises(SpoolDamagedError, match=r"spool\.sqlite.*move the file away"):
        Spool(tmp_path)


def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    with SpoolLock(tmp_path), pytest.raises(SpoolBusyError, match=str(os.getpid())):
        SpoolLock(tmp_path)
    SpoolLock(tmp_path).release()
