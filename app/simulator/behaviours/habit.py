"""Do something again and again, from some moment on."""

from collections.abc import Callable

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

Act = Callable[[Fleet, Agent], Process]


def habit(fleet: Fleet, agent: Agent, act: Act, every_beats: float) -> Process:
    """Begin `act` at random moments, `every_beats` apart on average, whether or not the last one has ended."""
    while True:
        yield fleet.wait(every_beats)
        fleet.begin(act(fleet, agent))
