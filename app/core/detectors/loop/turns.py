"""Turns: how often a message has come by, saying the same, and who took part each time round.

A turn is one passage of a matter through an agent. What an agent says in the turns of one conversation is
compared (`sketch.py`): a pipeline in rounds, a review that converges or an answer that reports something new
says something else each time.
"""

from contextlib import suppress
from typing import NamedTuple

from app.core.context import Context
from app.core.detectors.loop import recall
from app.core.detectors.loop.search import Budget, Closing, CutError, Path, paths
from app.core.detectors.loop.sketch import resemblance, says_same
from app.core.entries import Sent

COMPARED = 3
"""Earlier turns that a message is scored by, the latest; the two most alike count."""
MIN_AGENTS = 3
MAX_STEPS = 512
"""Steps to find one way round; constants of engine version 1."""


class Round(NamedTuple):
    """A way that a matter went round without progress: its agents and messages, and how many times at least."""

    agents: tuple[str, ...]
    offsets: tuple[int, ...]
    turns: int
    began: int
    """When the last time round began (ms)."""


def of_matter(latest: tuple[Sent, ...], matter: int) -> list[Sent]:
    """Those of an agent's latest messages that say something in a matter."""
    return [each for each in latest if each.matter == matter and len(each.sketch) > 1]


def score(said: list[Sent], sketch: bytes) -> float:
    """How far a message repeats what was said, 0..1: the mean resemblance to the two most alike of the last turns.

    One repetition makes at most a half, since a retry is no loop.
    """
    likeness = sorted((resemblance(each.sketch, sketch) for each in said[-COMPARED:]), reverse=True)
    return sum(likeness[:2]) / 2.0


def turns(said: list[Sent], sketch: bytes, alike: float) -> int:
    """How many turns in a row, this one included, say the same."""
    count = 1
    for each in reversed(said):
        if not says_same(each.sketch, sketch, alike):
            break
        count += 1
    return count


def way_round(context: Context, sender: str, targets: tuple[str, ...], said: list[Sent]) -> Round | None:
    """The way by which the matter came back to the sender since its last turn, if nobody on it made progress."""
    began, matter = said[-1].time, said[-1].matter
    policy = context.policy.loop

    def sent_after(agent_id: str, time: int) -> list[Sent]:
        return [each for each in of_matter(recall.latest(context, agent_id), matter) if each.time > time]

    for first in targets:
        found: list[Path] = []
        with suppress(CutError):  # what was found by then is enough
            closing = Closing(first, sender, context.now, context.offset, began, policy.max_hops)
            paths(closing, sent_after, Budget(MAX_STEPS), found)
        for path in found:
            others = path.agents[:-1]
            least = min(_turns_until(context, each, path.offsets[place], matter) for place, each in enumerate(others))
            if least >= policy.turns - 1 and len(path.agents) >= MIN_AGENTS:
                return Round((sender, *others), path.offsets, least, began)
    return None


def _turns_until(context: Context, agent_id: str, offset: int, matter: int) -> int:
    said = [each for each in of_matter(recall.latest(context, agent_id), matter) if each.offset <= offset]
    return turns(said[:-1], said[-1].sketch, context.policy.loop.alike)
