"""A few agents turn aggressive and fight over pools that the others need."""

import math

from app.simulator.agent import Agent
from app.simulator.behaviours.grab import grab
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

AGGRESSIVE_SHARE = 0.25
ONSET_BEATS = (10, 40)
ERROR_RATE = 0.6


def conflict(fleet: Fleet) -> None:
    """One agent in four turns, at least two where the fleet has five; the others work on as on a healthy day."""
    size = len(fleet.agents)
    turning = set(fleet.random.sample(range(size), math.ceil(size * AGGRESSIVE_SHARE)))
    fleet.label_members("aggressive", holds=False)
    for agent in fleet.agents:
        fleet.begin(_turn(fleet, agent) if agent.index in turning else work(fleet, agent))


def _turn(fleet: Fleet, agent: Agent) -> Process:
    yield from work(fleet, agent, until=fleet.random.uniform(*ONSET_BEATS))
    fleet.label_agent("aggressive", agent, holds=True)
    agent.error_rate = ERROR_RATE
    yield from grab(fleet, agent)
