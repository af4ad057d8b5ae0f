"""Policies: versioned documents that hold every number the fold decides by.

A policy takes effect from the position of its set-policy record on and never changes the past.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from app.core.errors import Refused
from app.core.policy.contention import CommonsPolicy, HoardingPolicy, VotingPolicy
from app.core.policy.detectors import AnomalyPolicy, ByzantinePolicy, CollusionPolicy, LoopPolicy, SuspicionPolicy
from app.core.policy.enforcement import EnforcementPolicy
from app.core.policy.fields import Seconds, Share, Weight
from app.core.policy.graph import GraphPolicy
from app.core.policy.spread import BottleneckPolicy, CascadePolicy
from app.core.policy.trust import TrustPolicy
from app.core.policy.vocabulary import VocabularyPolicy
from app.events import Mode


class RiskPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When an interaction counts as dangerous."""

    high: Share = 0.7


class ContentionPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How long claims on a resource last where nobody says otherwise."""

    request_timeout_s: Seconds = 60.0
    hold_timeout_s: Seconds = 3_600.0
    insistence: Share = 0.7
    """Share of an agent's clashes over a resource that were fights, from which on it will not give way."""
    least: Annotated[float, Meta(ge=0.001, le=1e6)] = 3.0
    """Fights that this takes; they fade as acts beyond a fair share do (`hoarding.half_life_s`, `hoarding.memory`)."""


class ConversationPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How long, and how many, requests wait for their answers in one conversation."""

    answer_timeout_s: Seconds = 600.0
    max_open: Annotated[int, Meta(gt=0, le=256)] = 16


class RepeatPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Repeats by bare message id: remembered for one to two windows, at most `max_remembered` an agent and window."""

    window_s: Seconds = 600.0
    max_remembered: Annotated[int, Meta(ge=0, le=4096)] = 64


class IncidentPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """When an alert resolves by itself, and how often it may be sent again at the same level."""

    quiet_s: Seconds = 60.0
    update_s: Weight = 10.0


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document.

    >>> parse_policy(b'{"version": 2, "mode": "enforce", "trust": {"prior": 8}}').trust.prior
    8.0
    >>> parse_policy(b'{"version": 2, "trust": {"prior": -1}}')
    Traceback (most recent call last):
    ...
    app.core.errors.Refused: invalid policy: Expected `float` >= 0.001 - at `$.trust.prior`
    """

    version: Annotated[int, Meta(ge=0, le=2**53)] = 0
    """Rises with each change; 0 is the built-in policy."""
    mode: Mode = "shadow"
    clock: Literal["records", "messages"] = "records"
    """Whose timestamps count: the log's, or the messages' own (files, history; ticks do not count then)."""
    trust: TrustPolicy = TrustPolicy()
    risk: RiskPolicy = RiskPolicy()
    contention: ContentionPolicy = ContentionPolicy()
    conversation: ConversationPolicy = ConversationPolicy()
    repeat: RepeatPolicy = RepeatPolicy()
    enforcement: EnforcementPolicy = EnforcementPolicy()
    incident: IncidentPolicy = IncidentPolicy()
    vocabulary: VocabularyPolicy = VocabularyPolicy()
    suspicion: SuspicionPolicy = SuspicionPolicy()
    loop: LoopPolicy = LoopPolicy()
    byzantine: ByzantinePolicy = ByzantinePolicy()
    cascade: CascadePolicy = CascadePolicy()
    bottleneck: BottleneckPolicy = BottleneckPolicy()
    collusion: CollusionPolicy = CollusionPolicy()
    anomaly: AnomalyPolicy = AnomalyPolicy()
    commons: CommonsPolicy = CommonsPolicy()
    hoarding: HoardingPolicy = HoardingPolicy()
    voting: VotingPolicy = VotingPolicy()
    graph: GraphPolicy = GraphPolicy()

    def __post_init__(self) -> None:
        if self.trust.recovered_above < self.trust.quarantine_below:
            raise ValueError("trust.recovered_above is less than trust.quarantine_below")
        if self.enforcement.trusted_above < max(self.enforcement.watch_below, self.enforcement.throttle_below):
            raise ValueError("enforcement.trusted_above is less than watch_below or throttle_below")


BUILT_IN = Policy()


def parse_policy(document: bytes) -> Policy:
    """Read a policy document (JSON); what it leaves out is as built in.

    Raises Refused that names the field.
    """
    try:
        return msgspec.json.decode(document, type=Policy)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("InvalidPolicy", f"invalid policy: {error}") from error
