"""What lies outside, each behind a circuit breaker: an outage there is answered at once, and tried one call at a time.

M. T. Nygard, "Release It!", 2nd edition, 2018, chapter 5: Circuit Breaker.
"""

from app.breakers.breaker import Breaker, BreakerOpenError, BreakerState, Limits, StateChange, Told
from app.breakers.patience import until_done
from app.breakers.reason import reason_of
from app.breakers.registry import Breakers

__all__ = [
    "Breaker",
    "BreakerOpenError",
    "BreakerState",
    "Breakers",
    "Limits",
    "StateChange",
    "Told",
    "reason_of",
    "until_done",
]
