"""A new identity that exists to praise one other, and to vote for what it proposes."""

from app.simulator.agent import Agent
from app.simulator.behaviours.rate import SCALE, rate
from app.simulator.fleet import Fleet, Process

PAUSE_BEATS = 6.0


def praise(fleet: Fleet, identity: Agent, favourite: Agent, *, sponsored: bool) -> Process:
    """The best rating again and again and, now and then, a vote for the favourite."""
    sponsor = favourite if sponsored else None
    while True:
        if fleet.random.random() < 0.7:  # noqa: PLR2004 - mostly ratings
            sent = rate(fleet, identity, favourite, SCALE[1], sponsor)
        else:
            content = {"kind": "vote", "vote": "approve", "text": f"I agree with {favourite.id}."}
            sent = fleet.send(identity, "response", [favourite], content, conversation=fleet.task(), sponsor=sponsor)
        fleet.mark_message("sybil", sent)
        yield fleet.wait(PAUSE_BEATS)
