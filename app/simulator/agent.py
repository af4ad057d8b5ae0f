"""A member of a simulated fleet."""

from collections.abc import Sequence
from dataclasses import dataclass

ERRORS = ("tool call timed out", "context window exceeded", "upstream model overloaded")
ROLES = ("planner", "researcher", "coder", "reviewer", "tester", "writer", "analyst", "operator")


@dataclass(slots=True)
class Agent:
    """`error_rate` is the share of the requests to it that it answers with an error, with one of `errors`.

    >>> Agent.member(0).id, Agent.member(9).id
    ('planner-1', 'researcher-2')
    """

    id: str
    role: str
    index: int
    error_rate: float = 0.01
    errors: Sequence[str] = ERRORS

    @classmethod
    def member(cls, index: int) -> "Agent":
        """The agent with this place in its fleet."""
        role = ROLES[index % len(ROLES)]
        return cls(f"{role}-{index // len(ROLES) + 1}", role, index)
