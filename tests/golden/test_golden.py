"""What the fold makes of a small log, byte for byte (STREAM-4, STREAM-6).

`pytest tests/golden --record` records it anew. A difference means that the same log folds to something else
than before: once there are logs that must stay as they are, that needs a new engine version.
"""

from pathlib import Path

from app.bus.envelope import read_envelopes
from tests.unit.core.folding import Fold

HERE = Path(__file__).parent


def test_a_small_log_folds_to_what_is_recorded(recording: bool) -> None:  # noqa: FBT001 - a fixture
    """Messages, commands, copies, repeats, bad records, a policy, quarantines, expiries."""
    fold = Fold()
    done = fold.run(read_envelopes(HERE / "log.jsonl"))
    outputs = [b"%s %s" % (output.channel.encode(), output.value) for step in done for output in step.outputs]
    tables = [b"%s %s %s" % (name.encode(), *item) for name, table in fold.stored().items() for item in table.items()]
    _compare("outputs.txt", outputs, recording=recording)
    _compare("tables.txt", tables, recording=recording)


def _compare(name: str, lines: list[bytes], *, recording: bool) -> None:
    if recording:
        (HERE / name).write_bytes(b"\n".join(lines) + b"\n")
    assert (HERE / name).read_bytes().splitlines() == lines
