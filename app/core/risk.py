"""Conflict risk: the probability that an interaction ends in conflict, with its factors.

Independent causes are combined as a noisy-or (J. Pearl, Probabilistic Reasoning in Intelligent
Systems, 1988, section 4.3.2): the hazards that the detectors name and, as a prior of what nothing else
tells, the sender's own record: the expectation 1 - trust / 100 of its beta posterior. A hazard from a model
of the whole game has who takes part in it already; there the record would count twice.
"""

from collections.abc import Iterable

from app.core.context import Hazard
from app.core.trust import decimals
from app.events import Factor


def combine(hazards: Iterable[Hazard], trust: float) -> tuple[float, tuple[Factor, ...]]:
    """The risk 0..1 and its factors; contributions sum to the risk.

    Parameters: `hazards`, in the order in which they take their part; `trust`, 0..100, of the sender.

    >>> risk, factors = combine([Hazard("contention", 0.5)], trust=80)
    >>> risk, [(factor.name, factor.contribution) for factor in factors]
    (0.6, [('contention', 0.5), ('sender', 0.1)])
    >>> combine([Hazard("rejection", 0.5, whole=True)], trust=80)[0]
    0.5
    """
    causes = tuple(hazards)
    if not any(hazard.whole for hazard in causes):
        causes = (*causes, Hazard("sender", 1.0 - trust / 100.0))
    risk, factors = 0.0, []
    for cause in causes:
        if cause.probability > 0.0:
            raised = decimals(risk + (1.0 - risk) * cause.probability)
            factors.append(Factor(cause.name, decimals(cause.probability), decimals(raised - risk)))
            risk = raised
    return risk, tuple(factors)
