"""The public sets as agent messages; they and their converters stand beside the project, not in it."""

import subprocess
import sys
from pathlib import Path

SETS = Path(__file__).parents[3] / "shared" / "eval"


SOURCES = {"bitcoin_blind": "bitcoin_otc"}
"""Sets that are made of another one's data."""


def convert(name: str, sets: Path, out: Path) -> Path | None:
    """Convert a set into a folder below `out`, unless it is there already; None where the set is not at hand.

    Raises subprocess.CalledProcessError where it is at hand and cannot be converted.
    """
    folder = out / name
    if (folder / "labels.jsonl").is_file():
        return folder
    if not (sets / "data" / SOURCES.get(name, name)).is_dir():
        return None
    command = [sys.executable, "-B", "run_all.py", str(out.resolve()), name]
    subprocess.run(command, cwd=sets / "convert", check=True, stdout=subprocess.DEVNULL)
    return folder
