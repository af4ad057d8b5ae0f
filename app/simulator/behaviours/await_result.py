"""Wait for a slow peer, asking now and then whether it is done."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process

FIRST_BEATS, PATIENCE = 2.0, 5


def await_result(fleet: Fleet, agent: Agent) -> Process:
    """The same question up to five times, each time after twice as long; all answers but the last say: not yet."""
    conversation, peer = fleet.task(), fleet.random.choice(fleet.peers(agent))
    times = fleet.random.randint(2, PATIENCE)
    cause: str | None = None
    for attempt in range(1, times + 1):
        correlation = f"{conversation}/{attempt}"
        question = {"kind": "status_request", "text": "Is the export done?"}
        asked = fleet.send(
            agent, "request", [peer], question, conversation=conversation, correlation=correlation, cause=cause
        )
        yield fleet.wait(0.2)
        done = attempt == times
        content = {"kind": "status", "status": "done" if done else "pending", "progress": attempt * 100 // times}
        cause = fleet.send(
            peer, "response", [agent], content, conversation=conversation, correlation=correlation, cause=asked
        )
        yield fleet.wait(FIRST_BEATS * 2 ** (attempt - 1))
