"""Calling `ringfence` as a person would."""

import os
import subprocess
import sys

TIMEOUT_S = 180


def ringfence(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with settings as environment variables."""
    command = [sys.executable, "-m", "app.cli.main", *arguments]
    environment = {**os.environ, **settings}
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, env=environment)
