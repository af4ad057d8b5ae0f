"""Alerts, as they stand on their topic."""

import msgspec
from aiokafka import ConsumerRecord, TopicPartition

from app.events import Alert, AlertAgent, LogPosition
from app.topics import ALERTS

NOON = 1_764_072_000_000

LOOP = Alert(
    alert_id="sales:routing_loop:1",
    state="opened",
    time=NOON,
    fleet="sales",
    pattern="routing_loop",
    subject="bot-7>bot-8",
    severity=0.75,
    level="critical",
    agents=(AlertAgent("bot-7", "culprit"), AlertAgent("bot-8", "culprit")),
    evidence=(LogPosition(2, 40), LogPosition(2, 41)),
    explanation="bot-7, bot-8 passed the same matter round 2 times or more without progress.",
    suggested_action="stop bot-7 from sending to bot-8",
    cycle=("bot-7", "bot-8"),
)


def loop(number: int = 1, **fields: object) -> Alert:
    """An alert of a loop with another number, and other fields."""
    return msgspec.structs.replace(LOOP, alert_id=f"sales:routing_loop:{number}", **fields)


def fetched(*alerts: Alert, appended: int = NOON) -> dict[TopicPartition, list[ConsumerRecord]]:
    """The alerts as a consumer delivers them."""
    return {TopicPartition(ALERTS.name, 0): [record(msgspec.json.encode(alert), appended) for alert in alerts]}


def record(value: bytes | None, appended: int = NOON) -> ConsumerRecord:
    """A record of the topic."""
    return ConsumerRecord(ALERTS.name, 0, 1, appended, 0, b"sales", value, None, 0, 0, ())
