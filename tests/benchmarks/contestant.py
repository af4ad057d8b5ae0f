"""The contestants, and one of them at work."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.embedded.ports import free_port
from app.embedded.process import Process
from tests.benchmarks.setup import Setup
from tests.benchmarks.sizes import Sizes

ROOT = Path(__file__).parents[2]
BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
MODULES = "tests.benchmarks.contestants"

Command = Callable[[], list[str]]


class Contestant(NamedTuple):
    """A program that counts; `records` of the input are enough to measure it."""

    name: str
    command: Command
    records: Callable[[Sizes], int]


def _faust(module: str) -> Command:
    arguments = ["-m", "faust", "-A", f"{MODULES}.{module}", "worker", "-l", "info", "--web-port"]
    return lambda: [sys.executable, *arguments, str(free_port())]


FAUST = Contestant("plain Faust", _faust("faust_counter"), lambda sizes: sizes.faust)
QUIX = Contestant(
    "Quix Streams", lambda: [str(BENCH_PYTHON), "-m", f"{MODULES}.quix_counter"], lambda sizes: sizes.quix
)
BARE = Contestant("bare loop", lambda: [sys.executable, "-m", f"{MODULES}.bare_loop"], lambda sizes: sizes.fast)
OURS = Contestant("our layer", _faust("our_counter"), lambda sizes: sizes.fast)


def contestants() -> list[Contestant]:
    """Those that are installed: Quix Streams needs the environment that `make bench` makes."""
    return [FAUST, *([QUIX] if BENCH_PYTHON.exists() else []), BARE, OURS]


def process(contestant: Contestant, setup: Setup, log: Path) -> Process:
    """The contestant's process, not started yet."""
    environment = {**setup.environment(), "PYTHONPATH": str(ROOT)}
    return Process(contestant.name, contestant.command(), log, environment=environment)
