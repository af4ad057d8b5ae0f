"""Line-ups: which members a text names in one breath ("Ann, Bo and me", "Ann + Bo").

A cheap deterministic reading, not an understanding: names (the last part of the agents' ids) and the
speaker's "me" that follow each other within a few characters and without the end of a sentence.
"""

import re
from collections.abc import Sequence

GAP = 12
"""Characters between two names of one line-up."""
MAX_TEXT = 4_000
"""Characters of a text that are read."""
MAX_LINEUPS = 4
"""Line-ups of one text, the first; constants of engine version 1."""
_END = re.compile(r"[.;!?]")
_SELF = ("me", "myself")


def lineups(text: str, seats: Sequence[str], speaker: int) -> tuple[int, ...]:
    """The line-ups of two and more members that a text names, each as bits by seat.

    >>> [bin(team) for team in lineups("Ann/Bo or Ann and me. Bo, hm.", ("x/Ann", "x/Bo", "x/Cy"), speaker=2)]
    ['0b11', '0b101']
    """
    text = text[:MAX_TEXT]
    names = {name: seat for seat, agent in enumerate(seats) if (name := agent.rpartition("/")[2])}
    if not any(name in text for name in names):
        return ()
    names.update(dict.fromkeys(_SELF, speaker))
    return tuple(team for team in _runs(text, names) if team & (team - 1))[:MAX_LINEUPS]


def _runs(text: str, names: dict[str, int]) -> list[int]:
    words = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    teams, team, end = [], 0, 0
    for found in re.finditer(rf"\b(?:{words})\b", text):
        between = text[end : found.start()]
        if team and (len(between) > GAP or _END.search(between) or _is_or(between)):
            teams.append(team)
            team = 0
        team |= 1 << names[found.group()]
        end = found.end()
    return [*teams, team]


def _is_or(between: str) -> bool:
    return between.strip() == "or"


def overlap(one: int, other: int) -> float:
    """How far two sets of seats are the same, 0..1 (Jaccard).

    >>> overlap(0b011, 0b110)
    0.3333333333333333
    """
    union = (one | other).bit_count()
    return (one & other).bit_count() / union if union else 0.0
