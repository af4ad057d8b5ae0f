"""Contention: who asks for, waits for, holds, is refused and gives back how much of a resource.

The ledger of claims; what it says of conflict and hoarding is for the detectors to judge. A resource is
known by its name and its keeper, who grants it: two keepers' resources of one name are two. A claim is
known by its agent and its task (the conversation), so that an agent may have several. Its room is what the
resource says (`capacity`), or what was held when a claim was refused; where neither is known, claims do
not stand in each other's way. A claim that nobody answers in time is denied like one that is refused,
but a late answer still counts.
"""

from app.core.contention.answering import grant, refuse
from app.core.contention.asking import request
from app.core.contention.claims import MAX_CLAIMS
from app.core.contention.ending import expire, release
from app.core.contention.resource import MAX_DENIED, Contention

__all__ = ["MAX_CLAIMS", "MAX_DENIED", "Contention", "expire", "grant", "refuse", "release", "request"]
