"""A pipeline in rounds: item after item passes the same stations and its result comes back."""

from itertools import pairwise

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process
from app.simulator.message import Content

STATION_BEATS = 0.6
ITEMS = (3, 6)


def deliver(fleet: Fleet, owner: Agent) -> Process:
    """Three to six items, each through two stations and back to the owner, each another one."""
    stations = fleet.random.sample(fleet.peers(owner), 2)
    path = [owner, *stations, owner]
    for _ in range(fleet.random.randint(*ITEMS)):
        conversation, item = fleet.task(), fleet.random.randint(1_000, 9_999)
        cause: str | None = None
        for stage, (sender, receiver) in enumerate(pairwise(path)):
            content: Content = {"kind": "item", "item": item, "text": f"Item {item}, stage {stage}: {_result(fleet)}"}
            cause = fleet.send(sender, "request", [receiver], content, conversation=conversation, cause=cause)
            yield fleet.wait(STATION_BEATS)


def _result(fleet: Fleet) -> str:
    return f"{fleet.random.randint(1, 400)} records, checksum {fleet.random.getrandbits(32):08x}"
