"""Work that a worker cannot go on without: where it fails, the process ends."""

import asyncio
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import NoReturn

from aiokafka.errors import ProducerFenced

from app.streaming.exit import ExitCode, end_process


def vital(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Run something that the worker cannot go on without."""
    return asyncio.create_task(_or_end(work))


async def _or_end(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing of it was committed
        end_with(error)


def end_with(error: Exception) -> NoReturn:
    """End the process for an error that it cannot handle."""
    fenced = isinstance(error, ProducerFenced)
    code = ExitCode.FENCED if fenced else ExitCode.FAILED
    end_process(code, f"{type(error).__name__}: {error}", where=_where(error))


def _where(error: Exception) -> str:
    """The innermost frames, in one line and without the values that a traceback could show."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
