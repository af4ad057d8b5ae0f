"""Get some units of a pool, use them, give them back: the considerate way."""

from app.simulator.agent import Agent
from app.simulator.behaviours.claim import claim, release
from app.simulator.fleet import Fleet, Process

ATTEMPTS = 3
USE_BEATS = 2


def acquire(fleet: Fleet, agent: Agent) -> Process:
    """A small claim that mostly queues where it must; refused, it backs off and tries again twice."""
    conversation = fleet.task()
    pool = fleet.random.choice(fleet.nearby(agent))
    amount = fleet.random.randint(1, 3)
    cause: str | None = None
    for attempt in range(ATTEMPTS):
        patient = fleet.random.random() < 0.8  # noqa: PLR2004 - most agents would rather wait
        made = claim(fleet, agent, pool, amount, conversation, patient=patient, cause=cause)
        granted = yield made.granted
        if granted:
            yield fleet.wait(USE_BEATS)
            release(fleet, pool, made)
            return
        cause = made.request
        yield fleet.wait(2.0 ** (attempt + 1))
