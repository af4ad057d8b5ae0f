"""Every command of the README's tour runs, in its order, in a folder of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """The lines behind `$ ` of the console blocks, with their continuations; `make` has tests of its own."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    found = [line for block in blocks for line in re.findall(r"^\$ ((?:.*\\\n)*.*)", block, re.MULTILINE)]
    return [command for command in found if not command.startswith(("make ", "git clone", "cd "))]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with `ringfence` on its PATH, and nothing left running behind it."""
    environment = dict(os.environ, PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    yield environment
    subprocess.run(["ringfence", "down"], cwd=tmp_path, env=environment, check=False, capture_output=True)


@pytest.mark.kafka
def test_every_command_of_the_tour_runs(tmp_path: Path, shell: dict[str, str]) -> None:
    tour = commands(README)
    assert len(tour) > 8
    for command in tour:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=tmp_path, env=shell, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
