"""How evidence becomes trust."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, TrustScore, Weight


class TrustPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of evidence; one unit is one cooperative act."""

    half_life_s: Seconds = 86_400.0
    """Evidence counts half after this time."""
    prior: Annotated[float, Meta(ge=0.001, le=1e6)] = 4.0
    """Evidence that a new agent's 100 is worth."""
    error: Weight = 1.0
    refusal: Weight = 0.25
    conflict: Weight = 0.5
    cooperation: Weight = 1.0
    quarantine_below: TrustScore = 30.0
    recovered_above: TrustScore = 40.0
    """An agent that was below counts as recovered only from here on."""
    forget_after_s: Seconds = 2_592_000.0
    """An agent silent for this long is forgotten (30 days: 30 half-lives)."""
