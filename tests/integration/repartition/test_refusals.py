"""BUS-2 (design decision 2): what is not at rest is not moved; nothing is touched then."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.archive.repartition.errors import NotReadyError
from app.archive.repartition.run import Repartition
from app.settings import WorkerSettings
from app.streaming.failpoints import Failpoints
from tests.integration.repartition.history import AFTER, BEFORE, Place, Running, message

pytestmark = [pytest.mark.kafka]


def test_refuses_where_it_is_not_wanted_or_not_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that nobody has folded, workers that run, the same number, and a no."""
    archive = tmp_path / "archive"
    with Place(tmp_path).running(BEFORE) as running:
        running.prepare()
        with pytest.raises(NotReadyError, match="partition 0 has records from offset 0 on that no worker has folded"):
            _plan(running, archive, AFTER)
        running.start_worker()
        running.sender.send([message("fleet-0", "ann")])
        running.settle()
        with pytest.raises(NotReadyError, match="1 workers of 'ringfence' run: stop them first"):
            _plan(running, archive, AFTER, session_s=0.1)
        running.worker.stop()
        with pytest.raises(NotReadyError, match=f"agent-messages-raw has {BEFORE} partitions already"):
            _plan(running, archive, BEFORE)
        monkeypatch.setenv("RINGFENCE_KAFKA__BOOTSTRAP", running.kafka.bootstrap)
        _assert_asks(tmp_path)
    assert not archive.exists()


def _plan(running: Running, folder: Path, after: int, session_s: float = 6.0) -> None:
    worker = WorkerSettings(session_timeout_s=session_s)
    failpoints = Failpoints({})
    Repartition(running.kafka, worker, running.operator, folder=folder, after=after, failpoints=failpoints).plan()


def _assert_asks(data: Path) -> None:
    command = [sys.executable, "-m", "app.cli.main", "repartition", str(AFTER), "--data", str(data)]
    done = subprocess.run(command, input="n\n", capture_output=True, text=True, timeout=120, check=False)
    said = " ".join(done.stderr.split())
    assert (done.returncode, said.endswith("Aborted.")) == (1, True)
    assert "are deleted, and made anew with 6 partitions instead of 4" in said
