"""What runs beside the sinks in their process."""

from mode import Service

from app.datadog.metrics import FLUSH_S
from app.notify.announcer import Announcer
from app.notify.health import Health
from app.telemetry.metering import Metering


class Reports(Service):
    """Tells all gauges, as often as they are sent on."""

    def __init__(self, metering: Metering, health: Health) -> None:
        super().__init__()
        self._metering = metering
        self._health = health

    @Service.task
    async def _report(self) -> None:
        while not self.should_stop:
            self._metering.report(await self._health.gauges())
            await self.sleep(FLUSH_S)


class Announcements(Service):
    """Tells of breakers on system-alerts."""

    def __init__(self, announcer: Announcer) -> None:
        super().__init__()
        self._announcer = announcer

    @Service.task
    async def _announce(self) -> None:
        await self._announcer.run()
