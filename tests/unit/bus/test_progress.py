"""STREAM-5: the progress of partitions, whatever else stands on the topic."""

import msgspec

from app.bus.envelope import Envelope
from app.bus.progress import latest
from app.events import Progress
from app.topics import PROGRESS
from tests.junk import JUNK


def _record(offset: int, value: bytes | None) -> Envelope:
    return Envelope(PROGRESS.name, 0, offset, 0, b"0", value, [])


def test_what_is_no_progress_is_left_out() -> None:
    said = Progress(0, 5, 0, 1, "127.0.0.1:6066", 9_000)
    junk = [_record(offset, value) for offset, value in enumerate((*JUNK, None))]
    assert latest([*junk, _record(99, msgspec.json.encode(said))]) == {0: said}
