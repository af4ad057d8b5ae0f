"""The messages on the topics: msgspec structs, versioned, forward compatible.

Unknown fields are ignored, absent is null. Times are integer milliseconds since the epoch
unless a name says otherwise; floats carry six decimals.
"""

from app.events.agents import AgentSummary
from app.events.alerts import BREAKER, NO_FLEET, Alert, AlertAgent, Opinion, OpinionVerdict
from app.events.decisions import (
    AgentScores,
    Change,
    Decision,
    Factor,
    PatternFound,
    Scores,
)
from app.events.enforcement import EnforcementAct, EnforcementState, Forgotten, Mode, Pattern, Restraint, Transition
from app.events.graph import CauseKind, Cycle, Cycles, CyclesDropped, GraphDelta, GraphEdge, GraphLoop, GraphNode
from app.events.letters import DeadLetter
from app.events.messages import (
    DEFAULT_FLEET,
    MAX_TARGETS,
    SCHEMA_VERSION,
    AgentMessage,
    Header,
    LogPosition,
    Name,
    Origin,
    Position,
    decode_message,
)
from app.events.progress import Progress
from app.events.unreadable import UNREADABLE

__all__ = [
    "BREAKER",
    "DEFAULT_FLEET",
    "MAX_TARGETS",
    "NO_FLEET",
    "SCHEMA_VERSION",
    "UNREADABLE",
    "AgentMessage",
    "AgentScores",
    "AgentSummary",
    "Alert",
    "AlertAgent",
    "CauseKind",
    "Change",
    "Cycle",
    "Cycles",
    "CyclesDropped",
    "DeadLetter",
    "Decision",
    "EnforcementAct",
    "EnforcementState",
    "Factor",
    "Forgotten",
    "GraphDelta",
    "GraphEdge",
    "GraphLoop",
    "GraphNode",
    "Header",
    "LogPosition",
    "Mode",
    "Name",
    "Opinion",
    "OpinionVerdict",
    "Origin",
    "Pattern",
    "PatternFound",
    "Position",
    "Progress",
    "Restraint",
    "Scores",
    "Transition",
    "decode_message",
]
