"""OPS-2: a part that ends is started again."""

import sys
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.embedded import restarts
from app.embedded.errors import StartFailedError
from app.embedded.folder import holder, locked
from app.embedded.keeper import Keeper
from app.embedded.process import Process


def _process(log: Path, code: str) -> Process:
    return Process("part", [sys.executable, "-S", "-c", code], log)


def test_a_part_that_keeps_ending_is_started_again_and_called_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restarts, "FIRST_WAIT_S", 0.0)
    process = _process(tmp_path / "log", "print('once')")
    keeper = Keeper("part", process)
    keeper.start()
    deadline = time.monotonic() + 30
    with capture_logs() as logs:
        while not any("keeps ending" in entry["event"] for entry in logs):
            assert time.monotonic() < deadline
            keeper.tend()
    process.kill()
    assert (tmp_path / "log").read_text().count("once") >= restarts.CRASHING


def test_a_part_that_ends_while_it_starts_is_told_with_its_last_words(tmp_path: Path) -> None:
    process = _process(tmp_path / "log", "raise SystemExit('no more memory')")
    process.start()
    with pytest.raises(StartFailedError, match=r"ended with status 1 while it started(.|\n)*no more memory"):
        process.wait_until(lambda: False, timeout_s=30)


def test_a_part_that_is_not_ready_in_time_is_told(tmp_path: Path) -> None:
    process = _process(tmp_path / "log", "import time; time.sleep(60)")
    process.start()
    with pytest.raises(StartFailedError, match="not ready after 0 s"):
        process.wait_until(lambda: False, timeout_s=0.1)
    process.stop()
    assert process.exit_code == -15


def test_a_child_holds_the_lock_of_its_folder_until_it_ends(tmp_path: Path) -> None:
    process = _process(tmp_path / "log", "import time; time.sleep(60)")
    with locked(tmp_path, "part") as lock:
        process.start([lock])
    assert holder(tmp_path) is not None
    process.kill()
    assert holder(tmp_path) is None
