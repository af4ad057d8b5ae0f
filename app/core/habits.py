"""Habits: how often an agent does something, of all the times lately that it could have.

A beta estimate with forgetting (Josang and Ismail 2002, as for trust): both counts fade with event time and,
beyond a memory of so many acts, with each new act. So what an agent does now counts, not what it did first.
"""

from app.core.entries import Habit
from app.core.policy import HoardingPolicy
from app.core.trust import decimals, forgetting


def counted(habit: Habit, now: int, policy: HoardingPolicy, *, does: float = 0.0, leaves: float = 0.0) -> Habit:
    """The habit after an act, or parts of one, at `now` (event time, ms); negative where a verdict is taken back."""
    left = forgetting(now - habit.at, policy.half_life_s)
    whole = (habit.does + habit.leaves) * left + does + leaves
    kept = min(1.0, policy.memory / whole) if whole > 0.0 else 0.0
    return Habit(
        at=max(habit.at, now),
        does=decimals(max(0.0, habit.does * left + does) * kept),
        leaves=decimals(max(0.0, habit.leaves * left + leaves) * kept),
    )


def share(habit: Habit, now: int, policy: HoardingPolicy) -> float:
    """The share of the times that the agent does it, 0..1, at `now` (event time, ms).

    >>> share(Habit(does=3.0), 0, HoardingPolicy(prior=1.0)), share(Habit(), 0, HoardingPolicy())
    (0.75, 0.0)
    """
    if habit.does == 0.0:
        return 0.0
    left = forgetting(now - habit.at, policy.half_life_s)
    return decimals(habit.does * left / ((habit.does + habit.leaves) * left + policy.prior))
