"""The alerts, the newest change first."""

from itertools import islice

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.cli.printable import printable
from app.cli.view.marks import LEVELS, RESOLVED
from app.cli.view.state import ViewState
from app.events import Alert

FRAME_ROWS = 2
SYSTEM = "(system)"
"""Instead of a fleet, for an alert about Ringfence itself."""


def alerts_panel(state: ViewState, rows: int, *, whole: bool) -> Panel:
    """As many alerts as fit into `rows` lines: a line each, or their whole explanations."""
    table = Table(box=None, expand=True, pad_edge=False, show_header=False)
    table.add_column(width=10, no_wrap=True)
    table.add_column(ratio=1, no_wrap=not whole, overflow="ellipsis")
    for alert in islice(state.alerts(), max(0, rows - FRAME_ROWS)):
        table.add_row(*_cells(alert))
    return Panel(table, title=f"{len(state.open_alerts()):,} open alerts", title_align="left", padding=(0, 1))


def _cells(alert: Alert) -> tuple[Text, Text]:
    mark = RESOLVED if alert.state == "resolved" else LEVELS[alert.level]
    about = (printable(f"{alert.fleet or SYSTEM}  "), "dim")
    return Text(f"{mark.sign} {mark.word}", mark.style), Text.assemble(about, printable(alert.explanation))
