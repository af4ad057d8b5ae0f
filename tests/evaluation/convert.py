"""The public sets as agent messages; they and their converters stand beside the project, not in it."""

import subprocess
import sys
from pathlib import Path

SETS = Path(__file__).parents[3] / "shared" / "eval"


def convert(name: str, sets: Path, out: Path) -> Path | None:
    """Convert a set into a folder below `out`, unless it is there already; None where the set is not at hand."""
    folder = out / name
    if (folder / "labels.jsonl").is_file():
        return folder
    if not (sets / "convert" / f"{name}.py").is_file():
        return None
    command = [sys.executable, "-B", "run_all.py", str(out.resolve()), name]
    done = subprocess.run(command, cwd=sets / "convert", check=False, capture_output=True, text=True)
    return folder if done.returncode == 0 and (folder / "labels.jsonl").is_file() else None
