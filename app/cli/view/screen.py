"""Draws the state of a view on a terminal of 80 by 24 or more."""

from rich.layout import Layout

from app.cli.view.agents import agents_panel
from app.cli.view.alerts import alerts_panel
from app.cli.view.headline import HEADLINE_ROWS, headline
from app.cli.view.state import ViewState

WIDE = 120
MIN_ALERT_ROWS = 6


def screen(state: ViewState, title: str, now: float, *, width: int, height: int) -> Layout:
    """Headline above, then agents and alerts: one above the other, or side by side where there is room.

    `now` is in the seconds that the state was fed with; `width` and `height` are in characters.
    """
    layout, body = Layout(), Layout()
    layout.split_column(Layout(headline(state, title, now), size=HEADLINE_ROWS), body)
    rows = height - HEADLINE_ROWS
    if width >= WIDE:
        agent_width = width * 3 // 5
        body.split_row(
            Layout(agents_panel(state, rows, agent_width), size=agent_width),
            Layout(alerts_panel(state, rows, whole=True)),
        )
    else:
        alert_rows = max(MIN_ALERT_ROWS, rows // 3)
        body.split_column(
            Layout(agents_panel(state, rows - alert_rows, width)),
            Layout(alerts_panel(state, alert_rows, whole=False), size=alert_rows),
        )
    return layout
