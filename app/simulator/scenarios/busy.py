"""A healthy day with much going on: all that looks like trouble and is none."""

from app.simulator.behaviours.await_result import await_result
from app.simulator.behaviours.delegate import delegate
from app.simulator.behaviours.deliver import deliver
from app.simulator.behaviours.habit import habit
from app.simulator.behaviours.review import review
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet

MIN_PEERS = 2
EVERY_BEATS = (120.0, 40.0)
ERROR_RATE = (0.02, 0.1)
"""Errors lead to retries."""


def busy(fleet: Fleet) -> None:
    """Review cycles that converge, pipelines, fan-outs with helpers, waiting agents, retries, broadcasts."""
    fleet.label_members("aggressive", holds=False)
    for agent in fleet.agents:
        agent.error_rate = fleet.between(*ERROR_RATE)
        fleet.begin(work(fleet, agent))
    bustle(fleet)


def bustle(fleet: Fleet) -> None:
    """Start what makes a day busy, beside the agents' own work."""
    every = fleet.between(*EVERY_BEATS)
    for agent in fleet.agents:
        if len(fleet.peers(agent)) < MIN_PEERS:
            continue
        for act in (review, deliver, delegate, await_result):
            fleet.begin(habit(fleet, agent, act, every))
