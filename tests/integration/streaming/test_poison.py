"""STREAM-1: a record that ends the process is found, tried alone and skipped; the others are decided."""

from pathlib import Path

import pytest

from tests.integration.streaming.harness import Run

pytestmark = [pytest.mark.kafka]


@pytest.mark.parametrize("misbehaviour", [b"die", b"raise", b"hang"])
def test_deadly_record_is_skipped_and_all_others_are_decided(
    bootstrap: str, tmp_path: Path, misbehaviour: bytes
) -> None:
    with Run(bootstrap, tmp_path, partitions=2, watchdog_s=2.0) as run:
        run.send(300)
        run.send_one(b"deadly", misbehaviour)
        run.send(300)
        run.start()
        run.wait_decided(timeout_s=120, supervise=True)
        [deadly] = [f"{partition} {offset}" for partition, offset, key in run.sent if key == b"deadly"]
        assert (run.folder / "skips").read_text().splitlines() == [deadly]
        run.check()
