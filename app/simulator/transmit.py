"""Sends a simulation to the log while it happens."""

from collections.abc import Callable, Iterable

import msgspec

from app.bus.message import Message
from app.bus.producer import Producer
from app.events import AgentMessage
from app.simulator.live import in_real_time
from app.simulator.truth import Label
from app.topics import RAW

_encode = msgspec.json.Encoder().encode


def transmit(
    events: Iterable[AgentMessage | Label],
    producer: Producer,
    tell: Callable[[Label], object],
    stopped: Callable[[], bool],
    admits: Callable[[AgentMessage], bool] = lambda _: True,
) -> int:
    """Send each message when its moment has come, tell each label; returns how many messages were sent.

    `admits` is the door in front of the agents: a message that it does not let through is never sent. Waits
    where the spool of the producer is full; ends early once `stopped` says so.
    """
    sent = 0
    for batch in in_real_time(events):
        messages = [event for event in batch if isinstance(event, AgentMessage)]
        admitted = [record(message) for message in messages if admits(message)]
        producer.send_all(admitted)
        sent += len(admitted)
        for event in batch:
            if isinstance(event, Label):
                tell(event)
        if stopped():
            break
    return sent


def record(message: AgentMessage) -> Message:
    """The record that carries a message: keyed by its fleet, as all records of the raw topic."""
    return Message(RAW.name, (message.fleet or "").encode(), _encode(message))
