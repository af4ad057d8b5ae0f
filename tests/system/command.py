"""The command line, run as a person runs it."""

import subprocess
import sys
from pathlib import Path


def ringfence(*arguments: str | Path, timeout_s: float = 120) -> str:
    """Run `ringfence` with these arguments; what it printed. Fails where its exit status is not 0."""
    command = [sys.executable, "-m", "app.cli.main", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    said = f"ringfence {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stdout}{done.stderr}"
    assert done.returncode == 0, said
    return done.stdout + done.stderr
