"""A history, made once; every test moves a copy of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.integration.repartition.history import AFTER, Decided, Place, make_history


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Decided]:
    """The folder of a system at rest, and what it had decided."""
    data = tmp_path_factory.mktemp("history") / "data"
    return data, make_history(Place(data))


@pytest.fixture
def data(history: tuple[Path, Decided], tmp_path: Path) -> Path:
    """A copy of the folder, to be moved."""
    return Path(shutil.copytree(history[0], tmp_path / "data"))


Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def repartition(data: Path) -> Command:
    """`ringfence repartition AFTER --yes` on the copy, in a process of its own."""

    def run(environment: Mapping[str, str] | None = None, *options: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "app.cli.main", "repartition", str(AFTER), "--data", str(data), *options]
        return subprocess.run(
            [*command, "--yes"],
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
