"""Tell all peers where one stands."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet

STATES = ("started", "halfway", "blocked on review", "done")


def announce(fleet: Fleet, agent: Agent) -> None:
    """One broadcast."""
    content = {"kind": "status", "text": fleet.random.choice(STATES)}
    fleet.send(agent, "broadcast", fleet.peers(agent), content, conversation=fleet.task())
