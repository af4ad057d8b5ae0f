"""How trust, levels and amounts of time look: a mark and a word beside every colour."""

from typing import NamedTuple

from rich.text import Text

from app.cli.view.rows import AgentRow
from app.events import Transition

BAR_CELLS = 10
LOW_TRUST, DOUBTFUL_TRUST = 30.0, 70.0


class Mark(NamedTuple):
    """A sign, the word that says the same, and the colour that repeats it."""

    sign: str
    word: str
    style: str


GOOD = Mark("●", "ok", "green")
DOUBTFUL = Mark("◐", "watch", "yellow")
LOW = Mark("▲", "low", "bold red")
QUARANTINED = Mark("■", "quarantined", "bold white on red")
CONDEMNED = Mark("□", "would hold", "bold red")
"""What quarantined comes to where the mode is not enforce."""
THROTTLED = Mark("◧", "throttled", "bold yellow")
PROBATION = Mark("◇", "probation", "cyan")
WATCHED = Mark("◔", "watched", "yellow")
UNKNOWN = Mark("○", "unknown", "dim")

CONTAINMENTS = {"quarantined": QUARANTINED, "throttled": THROTTLED, "probation": PROBATION, "watched": WATCHED}

LEVELS = {
    "info": Mark("i", "info", "cyan"),
    "warning": Mark("!", "warning", "yellow"),
    "critical": LOW._replace(word="critical"),
}
RESOLVED = Mark("✓", "resolved", "dim green")


def of_agent(agent: AgentRow) -> Mark:
    """What an agent's state and trust come to.

    >>> of_agent(AgentRow("f", "a", trust=12.0)).word
    'low'
    """
    if agent.quarantined:
        return QUARANTINED
    if agent.condemned:
        return CONDEMNED
    if agent.trust is None:
        return UNKNOWN
    if agent.trust < LOW_TRUST:
        return LOW
    return DOUBTFUL if agent.trust < DOUBTFUL_TRUST else GOOD


def of_containment(transition: Transition) -> Mark:
    """What a transition into a containment comes to; what does not bind is dim."""
    mark = CONTAINMENTS[transition.state]
    return mark if transition.mode == "enforce" else Mark("□", f"({mark.word})", "dim")


def bar(score: float | None, style: str) -> Text:
    """A score of 0..100 as ten cells.

    >>> bar(42.0, "red").plain
    '████░░░░░░'
    """
    full = round((score or 0.0) / 100 * BAR_CELLS)
    return Text("█" * full, style).append("░" * (BAR_CELLS - full), "dim")


def seconds(duration_s: float) -> str:
    """A duration as a clock shows it.

    >>> seconds(3_725)
    '1:02:05'
    >>> seconds(65)
    '01:05'
    """
    minutes, rest = divmod(int(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def milliseconds(value: float | None) -> str:
    """A latency, or a dash where there is none.

    >>> milliseconds(12.4), milliseconds(None)
    ('12 ms', '-')
    """
    return "-" if value is None else f"{value:,.0f} ms"
