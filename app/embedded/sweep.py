"""Ending what a run has left behind."""

import psutil

from app.embedded.run_file import Part, Run

PATIENCE_S = 15


def sweep(run: Run | None) -> list[str]:
    """End the parts that outlived their supervisor, last started first; returns their names.

    Where the kernel can tie them to it (Linux), there are none.
    """
    if run is None:
        return []
    left = [part for part in reversed(run.processes) if part.alive]
    for part in left:
        _end(part)
    return [part.name for part in left]


def _end(part: Part) -> None:
    try:
        process = psutil.Process(part.pid)
        process.terminate()
        process.wait(PATIENCE_S)
    except psutil.TimeoutExpired:
        process.kill()
    except psutil.NoSuchProcess:
        return
