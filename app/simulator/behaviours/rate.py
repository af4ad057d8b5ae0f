"""Say how far one trusts another, from 0 to 10."""

from collections.abc import Mapping

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process
from app.simulator.message import Content

SCALE = (0, 10)
NOISE = 1.2


def rate(fleet: Fleet, rater: Agent, rated: Agent, rating: int, sponsor: Agent | None = None) -> str:
    """One rating; returns the id of the message."""
    content: Content = {"kind": "rating", "rating": rating, "scale": SCALE}
    return fleet.send(rater, "request", [rated], content, conversation=f"{rater.id}>{rated.id}", sponsor=sponsor)


def rate_honestly(fleet: Fleet, rater: Agent, quality: Mapping[str, float]) -> Process:
    """Any other member, by what it is worth (`quality`, 0 to 10) and some noise."""
    rated = fleet.stranger(rater)
    worth = fleet.random.gauss(quality[rated.id], NOISE)
    rate(fleet, rater, rated, min(SCALE[1], max(SCALE[0], round(worth))))
    yield fleet.wait(0.1)
