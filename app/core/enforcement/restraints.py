"""Restraints: what a throttled agent may still do."""

from app.core.interventions import Intervention
from app.events import Restraint


def restraint_of(intervention: Intervention, rate: float) -> Restraint:
    """What an intervention restrains; one that names nothing slows the agent down to `rate` (messages a second).

    >>> restraint_of(Intervention("throttle", "ann", "gpu", 2.0), rate=0.2)
    Restraint(rate=None, resource='gpu', amount=2.0, target=None)
    """
    if intervention.target is not None:
        return Restraint(target=intervention.target)
    if intervention.resource is not None:
        return Restraint(resource=intervention.resource, amount=intervention.limit)
    return Restraint(rate=rate)


def joined(known: Restraint | None, more: Restraint, rate: float) -> Restraint:
    """Both at once: what is restrained stays so, and what is not yet is added.

    One names a single target and a single resource; an agent that calls for a second is slowed down to `rate`.

    >>> joined(Restraint(target="ann"), Restraint(resource="gpu", amount=2.0), rate=0.2)
    Restraint(rate=None, resource='gpu', amount=2.0, target='ann')
    >>> joined(Restraint(target="ann"), Restraint(target="bob"), rate=0.2)
    Restraint(rate=0.2, resource=None, amount=None, target='ann')
    """
    if known is None:
        return more
    over = _is_another(known.target, more.target) or _is_another(known.resource, more.resource)
    limit = more if known.resource is None else known
    return Restraint(
        rate=known.rate or more.rate or (rate if over else None),
        resource=limit.resource,
        amount=limit.amount,
        target=known.target or more.target,
    )


def _is_another(known: str | None, more: str | None) -> bool:
    return known is not None and more is not None and known != more
