"""Public sets, converted to agent messages."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SETS = Path(__file__).parents[3] / "shared" / "eval"
"""The sets and their converters stand beside the project, not in it."""

Convert = Callable[[str], Path]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Convert a set by its name; the file of its messages. Skips where the sets are absent."""

    def convert(name: str) -> Path:
        if not (SETS / "data" / name).is_dir():
            pytest.skip(f"STREAM-1, STREAM-4 not shown on real input: the public set {name} is not at {SETS}")
        out = tmp_path_factory.mktemp("sets")
        command = [sys.executable, "-B", "run_all.py", str(out), name]
        subprocess.run(command, cwd=SETS / "convert", check=True, capture_output=True, timeout=120)
        return out / name / "messages.jsonl"

    return convert
