"""Policies: all numbers that the fold decides by, a file for each concept."""

from app.core.policy.contention import CommonsPolicy, HoardingPolicy, VotingPolicy
from app.core.policy.detectors import AnomalyPolicy, ByzantinePolicy, CollusionPolicy, LoopPolicy, SuspicionPolicy
from app.core.policy.document import (
    BUILT_IN,
    ContentionPolicy,
    ConversationPolicy,
    IncidentPolicy,
    Policy,
    RepeatPolicy,
    RiskPolicy,
    parse_policy,
)
from app.core.policy.enforcement import EnforcementPolicy
from app.core.policy.fields import Seconds, Share, TrustScore, Weight
from app.core.policy.graph import GraphPolicy
from app.core.policy.spread import BottleneckPolicy, CascadePolicy
from app.core.policy.trust import TrustPolicy
from app.core.policy.vocabulary import Act, VocabularyPolicy

__all__ = [
    "BUILT_IN",
    "Act",
    "AnomalyPolicy",
    "BottleneckPolicy",
    "ByzantinePolicy",
    "CascadePolicy",
    "CollusionPolicy",
    "CommonsPolicy",
    "ContentionPolicy",
    "ConversationPolicy",
    "EnforcementPolicy",
    "GraphPolicy",
    "HoardingPolicy",
    "IncidentPolicy",
    "LoopPolicy",
    "Policy",
    "RepeatPolicy",
    "RiskPolicy",
    "Seconds",
    "Share",
    "SuspicionPolicy",
    "TrustPolicy",
    "TrustScore",
    "VocabularyPolicy",
    "VotingPolicy",
    "Weight",
    "parse_policy",
]
