"""A task that goes round and round: each agent holds the next one responsible, and nobody works on it."""

from collections.abc import Sequence

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

HOP_BEATS = 0.4
TASKS = ("Ticket 4711: the invoice does not match the order", "Deploy 12 fails at step 3", "Customer asks for a refund")
EXCUSES = (
    "This is yours, please handle it.",
    "Not in my scope, please take over.",
    "Passing this on, please handle.",
    "I think this belongs to you.",
)


def circulate(fleet: Fleet, ring: Sequence[Agent], turns: int) -> Process:
    """Hand the task round for so many turns; each agent always finds the same words."""
    conversation, task = fleet.task(), fleet.random.choice(TASKS)
    excuses = {agent.id: fleet.random.choice(EXCUSES) for agent in ring}
    for agent in ring:
        fleet.label_agent("loop", agent, holds=True)
    cause: str | None = None
    for _ in range(turns):
        for sender, receiver in zip(ring, (*ring[1:], ring[0]), strict=True):
            content = {"kind": "handoff", "task": task, "text": excuses[sender.id]}
            cause = fleet.send(sender, "request", [receiver], content, conversation=conversation, cause=cause)
            fleet.mark_message("loop", cause)
            yield fleet.wait(HOP_BEATS)
