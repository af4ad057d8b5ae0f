"""A few agents hold far more of a pool than their share, and others go without."""

from app.simulator.agent import Agent
from app.simulator.behaviours.hoard import hoard
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

HOARDERS_SHARE = 0.03
ONSET_BEATS = (10, 40)


def hoarding(fleet: Fleet) -> None:
    """One agent in thirty hoards, at least one; the others work as on a healthy day."""
    fleet.label_members("hoarding", holds=False)
    turning = {agent.index for agent in fleet.pick(HOARDERS_SHARE)}
    for agent in fleet.agents:
        fleet.begin(_turn(fleet, agent) if agent.index in turning else work(fleet, agent))


def _turn(fleet: Fleet, agent: Agent) -> Process:
    yield from work(fleet, agent, until=fleet.random.uniform(*ONSET_BEATS))
    fleet.label_agent("hoarding", agent, holds=True)
    fleet.begin(work(fleet, agent))
    yield from hoard(fleet, agent)
