"""The circuit breakers that have opened: what keeps calls back, since when and why."""

from rich.text import Text

from app.cli.printable import printable
from app.cli.view.state import ViewState
from app.events import Alert

MAX_LINES = 3


def breaker_lines(state: ViewState, _: float) -> list[Text]:
    """A line for each breaker that has been heard of, open ones first, no more than MAX_LINES."""
    ordered = sorted(state.breakers(), key=lambda alert: alert.state == "resolved")
    return [_line(alert) for alert in ordered[:MAX_LINES]]


def _line(alert: Alert) -> Text:
    standing = ("● closed", "green") if alert.state == "resolved" else ("✗ open", "bold red")
    return Text.assemble((" breaker ", "dim"), standing, printable(f"  {alert.explanation}"))
