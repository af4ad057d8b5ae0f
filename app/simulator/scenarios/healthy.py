"""A busy day on which nothing is wrong."""

from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet


def healthy(fleet: Fleet) -> None:
    """Answered questions, shared pools with room to spare, now and then an error, a wait, a retry."""
    fleet.label_members("aggressive", holds=False)
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
