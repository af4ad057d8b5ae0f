"""How evidence becomes trust."""

from typing import Annotated

from msgspec import Meta, Struct

from app.core.policy.fields import Seconds, Share, TrustScore, Weight


class TrustPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of evidence; one unit is one cooperative act."""

    half_life_s: Seconds = 94_608_000.0
    """Evidence counts half after this time (three years): idle time hardly mends a bad record, deeds do."""
    memory: Annotated[float, Meta(ge=1, le=1e6)] = 50.0
    """Evidence counts half after this much newer evidence: what is busy is judged by its latest acts."""
    prior: Annotated[float, Meta(ge=0.001, le=1e6)] = 4.0
    """Evidence that a new agent's 100 is worth."""
    error: Weight = 1.0
    refusal: Weight = 0.25
    conflict: Weight = 0.5
    cooperation: Weight = 1.0
    rating: Weight = 1.0
    """What the best or the worst rating by a fully trusted rater is worth to the one rated."""
    opinion: Weight = 1.0
    """What it is worth to a rater that all whose word counts agree, or disagree, with its rating."""
    dealing: Weight = 1.0
    """What it is worth to have dealt fairly, or unfairly, with one partner over many moves."""
    stranger: Share = 0.125
    """What the rating of an agent without any record counts, against that of a fully trusted one."""
    quarantine_below: TrustScore = 30.0
    recovered_above: TrustScore = 40.0
    """An agent that was below counts as recovered only from here on."""
    forget_after_s: Seconds = 315_360_000.0
    """An agent silent for this long is forgotten (ten years), unless its record is still a bad one."""
