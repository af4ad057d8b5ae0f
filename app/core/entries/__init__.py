"""The entries of the tables: all that the fold remembers.

Every entry is encoded as a JSON object without what is as by default, nested values as arrays. Those are
immutable, so a shallow copy is a safe copy.
`due` is the event time in milliseconds at which the entry's next timer fires (None: never).
"""

from app.core.entries.agents import AgentEntry, Course
from app.core.entries.anomaly import ActivityEntry, Extremes, SeriesEntry, Track
from app.core.entries.bottlenecks import CensusEntry, LatencyEntry, LoadEntry, Struck, Trouble, TroubleEntry
from app.core.entries.conduct import (
    ConductEntry,
    ExchangeEntry,
    GroupEntry,
    Limit,
    Moves,
    PendingCall,
    ReadingEntry,
    StatementEntry,
)
from app.core.entries.conversations import ConversationEntry, OpenRequest, RepeatEntry
from app.core.entries.councils import CouncilEntry, Deed, Motion
from app.core.entries.graph import DeltaEntry, EdgeEnds, EdgeEntry, MarkEntry, MessageEntry
from app.core.entries.hops import Heard, HopChunkEntry, HopsEntry, Sent
from app.core.entries.incidents import EnforcementEntry, IncidentEntry
from app.core.entries.log import DetectionEntry, FleetEntry, IssuerKey, PartitionEntry, Quarantines, SourceEntry
from app.core.entries.opinions import CohortEntry, Dealer, DealingEntry, Opinion, OpinionsEntry, Praise, PraiseEntry
from app.core.entries.resources import Claim, Denied, DrawEntry, Habit, Member, Pool, ResourceEntry, StakeEntry
from app.core.entries.spread import FanOut, Receipt, RhythmEntry, SpreadEntry, TreeEntry

__all__ = [
    "ActivityEntry",
    "AgentEntry",
    "CensusEntry",
    "Claim",
    "CohortEntry",
    "ConductEntry",
    "ConversationEntry",
    "CouncilEntry",
    "Course",
    "Dealer",
    "DealingEntry",
    "Deed",
    "DeltaEntry",
    "Denied",
    "DetectionEntry",
    "DrawEntry",
    "EdgeEnds",
    "EdgeEntry",
    "EnforcementEntry",
    "ExchangeEntry",
    "Extremes",
    "FanOut",
    "FleetEntry",
    "GroupEntry",
    "Habit",
    "Heard",
    "HopChunkEntry",
    "HopsEntry",
    "IncidentEntry",
    "IssuerKey",
    "LatencyEntry",
    "Limit",
    "LoadEntry",
    "MarkEntry",
    "Member",
    "MessageEntry",
    "Motion",
    "Moves",
    "OpenRequest",
    "Opinion",
    "OpinionsEntry",
    "PartitionEntry",
    "PendingCall",
    "Pool",
    "Praise",
    "PraiseEntry",
    "Quarantines",
    "ReadingEntry",
    "Receipt",
    "RepeatEntry",
    "ResourceEntry",
    "RhythmEntry",
    "Sent",
    "SeriesEntry",
    "SourceEntry",
    "SpreadEntry",
    "StakeEntry",
    "StatementEntry",
    "Struck",
    "Track",
    "TreeEntry",
    "Trouble",
    "TroubleEntry",
]
