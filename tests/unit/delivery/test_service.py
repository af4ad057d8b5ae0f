"""T15: what blocks for one sink keeps no thread from another."""

import asyncio
import threading
from pathlib import Path

from app.delivery.service import build
from app.settings import KafkaSettings, SinksSettings


async def test_names_that_nobody_resolves_leave_threads_for_the_others(tmp_path: Path) -> None:
    """As when the name server of a webhook keeps silent, and each of its partitions asks."""
    await build(SinksSettings(data=tmp_path), KafkaSettings()).on_first_start()
    answered = threading.Event()
    silent = [asyncio.create_task(asyncio.to_thread(answered.wait)) for _ in range(40)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(lambda: "here") == "here"
    finally:
        answered.set()
        await asyncio.gather(*silent)
