"""A sudden surge of requests on a healthy day: a crowd, not an attack."""

from app.simulator.behaviours.crowd import crowd
from app.simulator.behaviours.work import work
from app.simulator.fleet import Fleet, Process

POPULAR_SHARE = 0.1
CALM_BEATS = 90.0
WAVES = (2, 10)


def flash_crowd(fleet: Fleet) -> None:
    """Every now and then most agents turn to a few popular ones; every wish is granted and the crowd dissolves."""
    fleet.label_members("aggressive", holds=False)
    for agent in fleet.agents:
        fleet.begin(work(fleet, agent))
    fleet.begin(_surges(fleet))


def _surges(fleet: Fleet) -> Process:
    while True:
        yield fleet.wait(CALM_BEATS)
        yield from crowd(fleet, fleet.pick(POPULAR_SHARE), round(fleet.between(*WAVES)))
