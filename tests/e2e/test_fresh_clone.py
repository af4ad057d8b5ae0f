"""OPS-2: a stranger with Python and make alone clones the project, and it runs and leaves nothing behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

PROJECT = Path(__file__).parents[2]
TOOLS = ("sh", "env", "make", "grep", "awk", "rm", "touch", "find", "git")
TIMEOUT_S = 900
KEPT = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY")
"""How this machine reaches the package index, if it needs telling."""


class Stranger:
    """A user with an empty home, in a fresh clone, with a PATH of `TOOLS` and one Python."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "clone"
        self.home = folder / "home"
        self.home.mkdir()
        path = folder / "bin"
        path.mkdir()
        for tool in TOOLS:
            (path / tool).symlink_to(shutil.which(tool) or pytest.skip(f"no {tool} here"))
        (path / "python3").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
        self.environment = {"HOME": str(self.home), "PATH": str(path), "LANG": "C.UTF-8"}
        self.environment |= {name: os.environ[name] for name in KEPT if name in os.environ}
        self.run("git", "clone", "--quiet", str(PROJECT), str(self.clone), cwd=folder)

    def run(self, *command: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            command,
            cwd=cwd or self.clone,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def processes(self) -> list[str]:
        """Command lines of what runs out of the clone."""
        lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
        return [line for line in lines if str(self.clone) in line]


@pytest.mark.fresh_clone
@pytest.mark.timeout(TIMEOUT_S)
def test_a_stranger_needs_python_and_make_alone(tmp_path: Path) -> None:
    stranger = Stranger(tmp_path)
    stranger.run("make", "install")
    ringfence = ".venv/bin/ringfence"
    assert "Ringfence is up" in stranger.run(ringfence, "up", "--detach")
    assert stranger.processes()
    assert "● running" in stranger.run(ringfence, "status")
    assert "✗" not in stranger.run(ringfence, "doctor")
    assert "All parts are stopped." in stranger.run(ringfence, "down")
    assert stranger.processes() == []
