"""An honest agent's day: one task after another, each in its own time."""

import math

from app.simulator.agent import Agent
from app.simulator.behaviours.acquire import acquire
from app.simulator.behaviours.announce import announce
from app.simulator.behaviours.ask import ask
from app.simulator.fleet import Fleet, Process

SHARE_ASK, SHARE_ACQUIRE = 0.55, 0.35


def work(fleet: Fleet, agent: Agent, until: float = math.inf) -> Process:
    """Ask, acquire or announce at random moments, whether or not the last task has ended; `until` is in beats."""
    while fleet.env.now < until:
        yield fleet.think()
        draw = fleet.random.random()
        if draw < SHARE_ASK:
            fleet.begin(ask(fleet, agent))
        elif draw < SHARE_ASK + SHARE_ACQUIRE:
            fleet.begin(acquire(fleet, agent))
        else:
            announce(fleet, agent)
