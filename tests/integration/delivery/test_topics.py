"""A sink that starts before its topics are there."""

import asyncio
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from confluent_kafka.admin import AdminClient, NewTopic
from structlog.testing import capture_logs

from app.delivery import Delivery
from app.settings import KafkaSettings
from tests.integration.delivery.test_supervision import RECORDS, Sink


async def test_it_says_so_and_takes_all_records_within_seconds_of_their_making(bootstrap: str, fresh_id: str) -> None:
    sink = Sink("early", fresh_id)
    with capture_logs() as logs:
        running = asyncio.create_task(Delivery(sink, KafkaSettings(bootstrap=bootstrap), fresh_id).run())
        async with asyncio.timeout(60):
            while not logs:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.05)
            admin = AdminClient({"bootstrap.servers": bootstrap})
            await asyncio.wrap_future(admin.create_topics([NewTopic(fresh_id, 1, 1)])[fresh_id])
            async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
                for value in RECORDS:
                    await producer.send_and_wait(fresh_id, value.encode())
            await sink.whole.wait()
    assert [(line["sink"], line["topics"]) for line in logs] == [("early", [fresh_id])]
    assert sink.told == RECORDS
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
