"""Interventions: what an alert suggests, in a form that enforcement can carry out.

One line, `<act> <agent>` and its object, from the least to the most: warn, throttle, quarantine; or
break, for one edge of a loop.
"""

from typing import Literal, NamedTuple


class Intervention(NamedTuple):
    """An act on an agent; of a throttle the resource and the most that the agent may claim of it at once."""

    act: Literal["warn", "throttle", "quarantine", "break"]
    agent_id: str
    resource: str | None = None
    limit: float | None = None
    target: str | None = None
    """Of a break: to whom the agent may not send."""

    def __str__(self) -> str:
        """As it stands in an alert.

        >>> str(Intervention("throttle", "ann", "gpu", 2.0))
        'throttle ann to 2 gpu'
        """
        if self.target is not None:
            return f"stop {self.agent_id} from sending to {self.target}"
        if self.resource is None or self.limit is None:
            return f"{self.act} {self.agent_id}"
        return f"{self.act} {self.agent_id} to {self.limit:g} {self.resource}"


def throttle(agent_id: str, resource: str, limit: float) -> Intervention:
    """Let the agent claim no more than `limit` units at once."""
    return Intervention("throttle", agent_id, resource, limit)
