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
    refresh_s: Seconds = 600.0
    """What lives is told again after this long without a change, at the latest after `forget_after_s`: a reader of the
    deltas of this long knows the whole graph. So long a message is remembered, as what others may name as their
    cause."""
    max_messages: Annotated[int, Meta(ge=0, le=1_000_000)] = 16_384
    """Messages that a fleet remembers for that, about 100 bytes each; 0: none, and causes are not resolved."""
    max_edges: Annotated[int, Meta(ge=1, le=256)] = 64
    """Targets of one agent that have edges of their own; what goes to others meanwhile shares its edge to many."""

    @property
    def refresh_ms(self) -> int:
        """How long a delta's list is kept, in milliseconds."""
        return int(min(self.refresh_s, self.forget_after_s) * 1000.0)

    def __post_init__(self) -> None:
        if self.forget_after_s < self.delta_s:
            raise ValueError("graph.forget_after_s is less than graph.delta_s")
