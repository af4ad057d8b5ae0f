"""Everybody suddenly wants something of the same few: healthy, if sudden."""

from collections.abc import Sequence

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process
from app.simulator.message import Content

WISHES = ("the release notes", "a seat at the demo", "the price list", "the new model's results")
SERVICE_BEATS = 0.05


def crowd(fleet: Fleet, popular: Sequence[Agent], waves: int) -> Process:
    """Each agent asks one of the popular ones up to `waves` times within few beats; all are answered, in turn."""
    busy_until = {agent.id: fleet.env.now for agent in popular}
    for _ in range(waves):
        for agent in fleet.random.sample(fleet.agents, len(fleet.agents)):
            server = fleet.random.choice(popular)
            if server is not agent:
                fleet.begin(_visit(fleet, agent, server, busy_until))
            yield fleet.wait(1 / len(fleet.agents))


def _visit(fleet: Fleet, agent: Agent, server: Agent, busy_until: dict[str, float]) -> Process:
    conversation, wish = fleet.task(), fleet.random.choice(WISHES)
    question = {"kind": "question", "text": f"May I have {wish}?"}
    asked = fleet.send(agent, "request", [server], question, conversation=conversation, correlation=f"{conversation}/1")
    start = max(busy_until[server.id], fleet.env.now)
    busy_until[server.id] = start + SERVICE_BEATS
    yield fleet.env.timeout(busy_until[server.id] - fleet.env.now)
    answer: Content = {"status": "ok", "tokens": fleet.random.randint(40, 1200)}
    fleet.send(
        server, "response", [agent], answer, conversation=conversation, correlation=f"{conversation}/1", cause=asked
    )
