"""A cascade as a branching process: how many agents each agent sets off, and how far it will go.

The number of offspring has mean R. Over the generations n_0, n_1, ... of a tree its maximum-likelihood
estimate is (n_1 + ... + n_G) / (n_0 + ... + n_{G-1}) (T. E. Harris, "Branching processes", Annals of
Mathematical Statistics 19, 1948); with Poisson offspring and a gamma prior the posterior is a gamma again,
as for the surveillance of outbreaks by C. P. Farrington, M. N. Kanaan and N. J. Gay, "Branching process
models for surveillance of infectious diseases controlled by mass vaccination", Biostatistics 4, 2003.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

PRIOR_CHILDREN = 1.0
PRIOR_PARENTS = 2.0
"""The prior Gamma(1, 2) of R: mean 1/2, a process that dies out; worth two observed parents."""


class Reproduction(NamedTuple):
    """The posterior of R: its mean and the ends of the central credible interval."""

    mean: float
    low: float
    high: float


def observed(generations: Sequence[int]) -> tuple[int, int]:
    """Children and parents of a tree; the last generation has had no time to be parents.

    >>> observed((1, 3, 6))
    (9, 4)
    """
    return sum(generations[1:]), sum(generations[:-1])


def reproduction(children: float, parents: float, certainty: float = 0.95) -> Reproduction:
    """The posterior of R after `parents` agents have set off `children`.

    >>> [round(value, 2) for value in reproduction(20, 10)]
    [1.75, 1.08, 2.57]
    """
    shape, rate = PRIOR_CHILDREN + children, PRIOR_PARENTS + parents
    z = _normal_quantile(0.5 + certainty / 2.0)
    return Reproduction(shape / rate, _gamma_quantile(shape, -z) / rate, _gamma_quantile(shape, z) / rate)


def final_size(reached: int, frontier: int, r: float, agents: int) -> float:
    """Agents that it will have reached in the end, out of `agents`.

    Below 1 each of the `frontier` latest leaves R / (1 - R) more (total progeny: T. E. Harris, The Theory of
    Branching Processes, 1963, section I.13). From 1 on the fleet is the limit: the share z that is reached solves
    z = 1 - exp(-R z) (W. O. Kermack and A. G. McKendrick, Proceedings of the Royal Society A 115, 1927).

    >>> final_size(3, 1, 0.5, agents=100), round(final_size(20, 10, 2.0, agents=100), 1)
    (4.0, 79.7)
    """
    if r < 1.0:
        return min(max(agents, reached), reached + frontier * r / (1.0 - r))
    return max(float(reached), _attack_rate(r) * agents)


def _attack_rate(r: float) -> float:
    share = 1.0
    for _ in range(64):
        share = 1.0 - math.exp(-r * share)
    return share


def _gamma_quantile(shape: float, z: float) -> float:
    """The quantile of Gamma(shape, 1) at the normal deviate z (E. B. Wilson and M. M. Hilferty, PNAS 17, 1931)."""
    cube = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * math.sqrt(shape))
    return shape * max(0.0, cube) ** 3


def _normal_quantile(p: float) -> float:
    """The normal deviate of p in (0.5, 1), to 4.5e-4 (M. Abramowitz and I. Stegun, Handbook, 1964, 26.2.23)."""
    t = math.sqrt(-2.0 * math.log(1.0 - p))
    return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
