"""Enforcement: which agents are restrained, since when, by whom and why (QUAR-1, QUAR-3 to QUAR-5)."""

from app.core.enforcement.automatic import LOW_TRUST, carry_out, contain, expire, judge, mode_of, recover
from app.core.enforcement.record import AUTOMATIC, Order, apply, state_of
from app.core.enforcement.states import TRANSITIONS, after

__all__ = [
    "AUTOMATIC",
    "LOW_TRUST",
    "TRANSITIONS",
    "Order",
    "after",
    "apply",
    "carry_out",
    "contain",
    "expire",
    "judge",
    "mode_of",
    "recover",
    "state_of",
]
