"""Which claims of a simulation ask for more than is free: recounted from its messages alone."""

import msgspec
from msgspec import Struct

from app.events import AgentMessage


class Content(Struct):
    """A claim, or what became of it."""

    resource: str = ""
    amount: float = 0.0
    capacity: float = 0.0


class Crowded:
    """Counts what is taken and what is asked for, resource by resource."""

    def __init__(self) -> None:
        self.claims: frozenset[int] = frozenset()
        """Positions of the claims for which there was no room beside all others."""
        self._wanted: dict[tuple[str, str, str | None], float] = {}
        """By resource, agent and conversation: held or asked for."""
        self._decoder = msgspec.json.Decoder(Content)

    def see(self, position: int, message: AgentMessage) -> None:
        """Count a message of the simulator; others than claims and what ends them change nothing."""
        if message.message_type not in ("resource_request", "resource_release", "resource_refuse"):
            return
        content = self._decoder.decode(message.content)
        if message.message_type == "resource_request":
            key = (content.resource, message.agent_id, message.conversation_id)
            others = sum(amount for known, amount in self._wanted.items() if known[0] == content.resource)
            if others + content.amount > content.capacity:
                self.claims |= {position}
            self._wanted[key] = content.amount
        else:
            refused = message.message_type == "resource_refuse"
            agent = message.target_agents[0] if refused else message.agent_id
            self._wanted.pop((content.resource, agent, message.conversation_id), None)
