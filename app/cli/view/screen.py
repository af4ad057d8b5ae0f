"""Draws the state of a view on a terminal of 80 by 24 or more."""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Group
from rich.layout import Layout
from rich.text import Text

from app.cli.view.agents import agents_panel
from app.cli.view.alerts import alerts_panel
from app.cli.view.containment import containment_panel, containment_rows
from app.cli.view.doors import door_lines
from app.cli.view.headline import headline
from app.cli.view.state import ViewState

WIDE = 120
MIN_ALERT_ROWS = 6

SURROUNDINGS: Sequence[Callable[[ViewState, float], list[Text]]] = (door_lines,)
"""What is said, in lines under the headline, of that with which the fold works together."""


def screen(state: ViewState, title: str, now: float, *, width: int, height: int) -> Layout:
    """Headline above, then agents, containments and alerts: one above the other, or side by side where there is room.

    `now` is in the seconds that the state was fed with; `width` and `height` are in characters.
    """
    lines = [*headline(state, title, now), *(line for part in SURROUNDINGS for line in part(state, now))]
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    layout, body = Layout(), Layout()
    layout.split_column(Layout(Group(*lines), size=len(lines)), body)
    rows = height - len(lines)
    if width >= WIDE:
        agent_width = width * 3 // 5
        left = Layout(size=agent_width)
        left.split_column(*_agents(state, rows, agent_width))
        body.split_row(left, Layout(alerts_panel(state, rows, whole=True)))
    else:
        alert_rows = max(MIN_ALERT_ROWS, rows // 3)
        alerts = Layout(alerts_panel(state, alert_rows, whole=False), size=alert_rows)
        body.split_column(*_agents(state, rows - alert_rows, width), alerts)
    return layout


def _agents(state: ViewState, rows: int, width: int) -> Iterator[Layout]:
    """All agents, and under them those that are contained, where there are any."""
    contained = containment_rows(state, rows // 2)
    yield Layout(agents_panel(state, rows - contained, width))
    if contained:
        yield Layout(containment_panel(state, contained), size=contained)
