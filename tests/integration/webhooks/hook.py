"""A sink that tells a receiver, and its dead letters in memory."""

from aiokafka import ConsumerRecord

from app.breakers import Breaker, Limits
from app.settings import WebhookSettings
from app.telemetry.metric import Sample
from app.webhooks.letters import Letter
from app.webhooks.sink import WebhookSink
from tests.integration.webhooks.events import by_partition
from tests.integration.webhooks.receiver import SECRET, Receiver

SOON = Limits(failures=3, reset_s=0.1, call_s=0.3)


class Kept:
    """Dead letters in memory; `errors` come first, one at a time."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.errors: list[Exception] = []

    async def keep(self, letter: Letter) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.letters.append(letter)

    async def close(self) -> None:
        """Nothing to do."""


class Hook:
    """A sink and its receiver."""

    def __init__(self, receiver: Receiver, limits: Limits = SOON, **settings: object) -> None:
        self.kept = Kept()
        self.measured: list[Sample] = []
        self.breaker = Breaker("webhook", limits)
        described = WebhookSettings.model_validate({"url": receiver.url, "secret": SECRET, **settings})
        self.sink = WebhookSink("ops", described, self.breaker, self.kept, self.measured.append)

    async def tell(self, *records: ConsumerRecord) -> None:
        await self.sink.write(by_partition(*records))
