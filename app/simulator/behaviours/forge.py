"""Answer what one was never asked."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process


def forge(fleet: Fleet, agent: Agent) -> Process:
    """A victim asks a peer; the forger answers it first, in the peer's place."""
    victim = fleet.random.choice(fleet.peers(agent))
    asked = fleet.random.choice([peer for peer in fleet.peers(victim) if peer is not agent])
    conversation = fleet.task()
    correlation = f"{conversation}/1"
    question = {"kind": "question", "text": "Which account is the payment for?"}
    request = fleet.send(victim, "request", [asked], question, conversation=conversation, correlation=correlation)
    yield fleet.wait(0.1)
    lie = {"status": "ok", "text": f"Account {fleet.random.randint(1_000, 9_999)}."}
    forged = fleet.send(
        agent, "response", [victim], lie, conversation=conversation, correlation=correlation, cause=request
    )
    fleet.mark_message("byzantine", forged)
    yield fleet.wait(0.4)
    truth = {"status": "ok", "text": "Account 1."}
    fleet.send(asked, "response", [victim], truth, conversation=conversation, correlation=correlation, cause=request)
