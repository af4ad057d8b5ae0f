"""Ask a peer, and ask again when the answer is an error."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process
from app.simulator.message import Content

ATTEMPTS = 3
QUESTIONS = (
    "Summarise the open findings for the next step.",
    "Which tests cover the change?",
    "Check this draft against the résumé of yesterday.",
    "Is the dataset complete up to today?",
    "Review the plan and name the risks.",
    "報告書の第二章を確認してください。",
)


def ask(fleet: Fleet, agent: Agent) -> Process:
    """One question to a random peer, repeated up to three times while it fails."""
    conversation = fleet.task()
    peer = fleet.random.choice(fleet.peers(agent))
    question = {"kind": "question", "text": fleet.random.choice(QUESTIONS)}
    cause: str | None = None
    for attempt in range(1, ATTEMPTS + 1):
        correlation = f"{conversation}/{attempt}"
        asked = fleet.send(
            agent, "request", [peer], question, conversation=conversation, correlation=correlation, cause=cause
        )
        yield fleet.wait(0.5)
        failed = fleet.random.random() < peer.error_rate
        cause = fleet.send(
            peer,
            "response",
            [agent],
            _failure(fleet, peer) if failed else _answer(fleet),
            conversation=conversation,
            correlation=correlation,
            cause=asked,
        )
        if not failed:
            return
        yield fleet.wait(attempt)


def _failure(fleet: Fleet, peer: Agent) -> Content:
    return {"status": "error", "error": fleet.random.choice(peer.errors)}


def _answer(fleet: Fleet) -> Content:
    return {"status": "ok", "tokens": fleet.random.randint(40, 1200)}
