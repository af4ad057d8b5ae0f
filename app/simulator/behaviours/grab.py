"""Take a whole pool, keep it long, and hammer it while refused: the aggressive way."""

from app.simulator.agent import Agent
from app.simulator.behaviours.claim import claim, release
from app.simulator.fleet import Fleet, Process

KEEP_BEATS = 8
PAUSE_BEATS = 0.5


def grab(fleet: Fleet, agent: Agent) -> Process:
    """Claims on all of a pool, one after another, without a pause worth the name.

    Neighbours go for the same pool, so that they also fight each other.
    """
    pool = fleet.contested(agent)
    while True:
        made = claim(fleet, agent, pool, pool.capacity, fleet.task(), patient=False)
        granted = yield made.granted
        if granted:
            yield fleet.wait(KEEP_BEATS)
            release(fleet, pool, made)
        yield fleet.wait(PAUSE_BEATS)
