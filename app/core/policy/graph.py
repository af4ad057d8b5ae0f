"""What the causal graph is kept by."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds


class GraphPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How long edges last, how many, and how often their changes are told.

    >>> GraphPolicy(delta_s=10, forget_after_s=5)
    Traceback (most recent call last):
    ...
    ValueError: graph.forget_after_s is less than graph.delta_s
    """

    half_life_s: Seconds = 600.0
    """A message counts half in its edge's rate after this time."""
    forget_after_s: Seconds = 3_600.0
    """An edge without a message for this long is gone: six half-lives leave 1.6 % of its rate."""
    delta_s: Seconds = 1.0
    """Changes of this much event time are told together."""
    max_edges: Annotated[int, Meta(ge=1, le=256)] = 64
    """Targets of one agent that have edges of their own; what goes to others meanwhile shares its edge to many."""

    def __post_init__(self) -> None:
        if self.forget_after_s < self.delta_s:
            raise ValueError("graph.forget_after_s is less than graph.delta_s")
