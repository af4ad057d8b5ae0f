"""Conflict risk: the probability that an interaction ends in conflict, with its factors.

Two independent causes are combined as a noisy-or (J. Pearl, Probabilistic Reasoning in Intelligent
Systems, 1988, section 4.3.2): the room that the claims of others leave for this one, and the sender's
own record, which is the expectation 1 - trust / 100 of its beta posterior.
"""

from app.core.trust import decimals
from app.events import Factor


def combine(contention: float, trust: float) -> tuple[float, tuple[Factor, ...]]:
    """The risk 0..1 and its factors; contributions sum to the risk.

    Parameters: `contention`, the share 0..1 of the claim that finds no room; `trust`, 0..100, of the sender.

    >>> risk, factors = combine(contention=0.5, trust=80)
    >>> risk, [(factor.name, factor.contribution) for factor in factors]
    (0.6, [('contention', 0.5), ('sender', 0.1)])
    """
    if contention == 0.0 and trust == 100.0:  # noqa: PLR2004 - a full score
        return 0.0, ()
    sender = decimals(1.0 - trust / 100.0)
    risk = decimals(contention + (1.0 - contention) * sender)
    factors = (
        Factor("contention", contention, contention),
        Factor("sender", sender, decimals(risk - contention)),
    )
    return risk, tuple(factor for factor in factors if factor.value > 0.0)
