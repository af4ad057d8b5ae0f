"""A few agents turn aggressive and fight over pools that the others need."""

import math

from app.simulator.agent import Agent
from app.simulator.behaviours.grab import grab
from app.simulator.fleet import Fleet, Process
from app.simulator.scenarios.healthy import healthy

AGGRESSIVE_SHARE = 0.25
ONSET_BEATS = (10, 40)
ERROR_RATE = 0.4


def conflict(fleet: Fleet) -> None:
    """One agent in four turns, at least two where the fleet has five; the others work on as on a healthy day."""
    size = len(fleet.agents)
    turning = fleet.random.sample(range(size), math.ceil(size * AGGRESSIVE_SHARE))
    healthy(fleet)
    for index in turning:
        fleet.begin(_turn(fleet, fleet.agents[index]))


def _turn(fleet: Fleet, agent: Agent) -> Process:
    yield fleet.env.timeout(fleet.random.uniform(*ONSET_BEATS))
    fleet.label_agent("aggressive", agent, holds=True)
    agent.error_rate = ERROR_RATE
    yield from grab(fleet, agent)
