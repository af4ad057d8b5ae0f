"""T15: an unforeseen error is told once, tried again after growing pauses, and over when it stays away."""

import asyncio

from structlog.testing import capture_logs

from app.breakers import StateChange
from app.delivery import Delivery
from app.delivery.supervision import Pauses, Supervised
from app.settings import KafkaSettings
from tests.unit.delivery.test_delivery import Unused

PAUSES = Pauses(first_s=0.001, longest_s=0.003, steady_s=0.05)


class Failing(Delivery):
    """Fails some times at once, then goes on."""

    def __init__(self, failures: int) -> None:
        super().__init__(Unused(), KafkaSettings(), "group")
        self.begun = True
        self.failures = failures

    async def run(self) -> None:
        if self.failures:
            self.failures -= 1
            raise ExceptionGroup("in tasks", [ValueError("odd\nvalue")])
        await asyncio.Event().wait()

    @property
    def silent_s(self) -> float:
        return 0.0


async def test_it_is_told_once_and_tried_again_after_growing_pauses() -> None:
    changes = asyncio.Queue[StateChange]()
    supervised = Supervised(Failing(failures=4), changes.put_nowait, PAUSES)
    with capture_logs() as logged:
        running = asyncio.create_task(supervised.run())
        assert await changes.get() == StateChange("sink-unused", "closed", "open", "ValueError: odd value")
        failing = [supervised.failing]
        assert await changes.get() == StateChange("sink-unused", "open", "closed")
    assert [*failing, supervised.failing] == [True, False]
    assert [line["again_in_s"] for line in logged if line["event"] == "sink failed"] == [0.001, 0.002, 0.003, 0.003]
    running.cancel()
    await asyncio.wait([running])
