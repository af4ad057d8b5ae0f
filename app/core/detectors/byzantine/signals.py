"""The signals of Byzantine behaviour and how much each says.

A weight is a natural log-likelihood ratio: ln P(seen | Byzantine) / P(seen | honest), of one occurrence. Signals
of one kind are not independent, so their sum is bounded by the kind's own limit, which shrinks what a naive Bayes
sum would claim; limits are such that no kind that honest agents show by accident reaches an alert alone.
"""

from typing import NamedTuple


class Signal(NamedTuple):
    """A kind of evidence. `place` is its place in the weights of an entry."""

    place: int
    name: str
    limit: float
    """The most that evidence of this kind counts, in nats."""
    says: str
    """What an agent does that shows it: the end of a sentence."""


EQUIVOCATION = Signal(0, "equivocation", 8.0, "told different things to different peers in the same context")
BREACH = Signal(1, "breach", 8.0, "took more than the limit it had agreed on")
TIMES = Signal(2, "times", 3.0, "claims times that cannot be")
UNREQUESTED = Signal(3, "unrequested", 2.5, "answered requests that were put to others")
REFUSAL = Signal(4, "refusal", 3.0, "keeps refusing what there is room for")
DEFECTION = Signal(5, "defection", 5.0, "defects from partners that did not defect from it")
SABOTAGE = Signal(6, "sabotage", 16.0, "is, by outcomes, proposals and votes, among those who make the group fail")
HIJACK = Signal(7, "hijack", 8.0, "acts on what it read instead of on what it was asked")
OVERRUN = Signal(8, "overrun", 2.5, "took more than a limit that was set elsewhere")

SIGNALS = (EQUIVOCATION, BREACH, TIMES, UNREQUESTED, REFUSAL, DEFECTION, SABOTAGE, HIJACK, OVERRUN)
