"""CLI-1, SIM-2, OPS-2: `ringfence demo` shows the whole system and leaves nothing behind."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.kafka

DEMO = [sys.executable, "-m", "app.cli.main", "demo", "--rate", "100"]
END_S = 120


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "demo"
    assert not left_of(tmp_path / "demo"), "processes are left behind"


def left_of(folder: Path) -> list[psutil.Process]:
    """The processes that were told this folder."""
    return [process for process in psutil.process_iter() if str(folder) in told(process)]


def told(process: psutil.Process) -> str:
    try:
        return " ".join([*process.cmdline(), *process.environ().values()])
    except psutil.Error:
        return ""


def decided(output: str) -> tuple[int, int]:
    """Messages sent and decided, by the last line of the summary."""
    match = re.search(r"([\d,]+) messages sent, ([\d,]+) decided", output)
    assert match, output
    sent, done = (int(number.replace(",", "")) for number in match.groups())
    return sent, done


def test_it_ends_by_itself_and_every_message_is_decided(folder: Path) -> None:
    """Without a terminal it prints plain lines."""
    demo = subprocess.run(
        [*DEMO, "--for", "15", "--data", str(folder)], capture_output=True, text=True, timeout=END_S, check=False
    )
    assert demo.returncode == 0, demo.stderr
    sent, done = decided(demo.stdout)
    assert sent == done > 1_000
    assert "\x1b" not in demo.stdout
    assert re.search(r"conflict-1 │ (\S+) +│ \S+ \S+ │ \S+ +│ aggressive", demo.stdout), demo.stdout
    assert not (folder / "run.json").exists()


@contextmanager
def on_a_terminal(*arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", "Screen"]]:
    controller, terminal = pty.openpty()
    with subprocess.Popen([*DEMO, *arguments], stdin=terminal, stdout=terminal, stderr=terminal) as demo:
        os.close(terminal)
        try:
            yield demo, Screen(controller)
        finally:
            demo.terminate()
            os.close(controller)


def test_ctrl_c_on_a_terminal_ends_it_with_a_summary(folder: Path) -> None:
    with on_a_terminal("--data", str(folder)) as (demo, screen):
        screen.read_until("● live", "20 agents,")
        demo.send_signal(signal.SIGINT)
        screen.read_until("messages sent")
        assert demo.wait(END_S) == 0
    sent, done = decided(screen.seen)
    assert 0 < done <= sent


class Screen:
    """What a program writes to its terminal."""

    def __init__(self, controller: int) -> None:
        self._controller = controller
        self.seen = ""

    def read_until(self, *texts: str) -> None:
        """Read until all of the texts have been written."""
        deadline = time.monotonic() + END_S
        while not all(text in self.seen for text in texts):
            assert time.monotonic() < deadline, self.seen
            try:
                self.seen += os.read(self._controller, 65_536).decode(errors="replace")
            except OSError as error:  # Linux's way to say that the other side is closed
                raise AssertionError(f"it ended without {texts}: {self.seen}") from error
