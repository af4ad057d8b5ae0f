"""Handing what is committed on the log to systems outside: at least once, each at its own pace."""

from app.delivery.delivery import Delivery
from app.delivery.sink import Fetched, KeepsNoPositions, Position, Sink

__all__ = ["Delivery", "Fetched", "KeepsNoPositions", "Position", "Sink"]
