"""Agree on a limit for a pool with its other users, then claim from it: within the limit, or not."""

from app.simulator.agent import Agent
from app.simulator.behaviours.claim import claim, release
from app.simulator.fleet import Fleet, Process
from app.simulator.message import Content

USE_BEATS = 1.5
LIMIT = 2


def agree(fleet: Fleet, agent: Agent, *, breaking: bool = False) -> Process:
    """Commit oneself and two peers to a limit; who breaks it claims twice as much and more a moment later."""
    conversation, pool = fleet.task(), fleet.random.choice(fleet.nearby(agent))
    peers = fleet.random.sample(fleet.peers(agent), 2)
    content: Content = {
        "kind": "commitment",
        "resource": pool.resource,
        "limit": LIMIT,
        "text": f"At most {LIMIT} each.",
    }
    fleet.send(agent, "broadcast", [agent, *peers], content, conversation=conversation)
    yield fleet.wait(1.0)
    amount = fleet.random.randint(LIMIT + 2, max(LIMIT + 2, pool.capacity - 1)) if breaking else LIMIT
    made = claim(fleet, agent, pool, amount, conversation, patient=not breaking)
    if breaking:
        fleet.mark_message("byzantine", made.request)
    if (yield made.granted):
        yield fleet.wait(USE_BEATS)
        release(fleet, pool, made)
