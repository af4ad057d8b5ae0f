"""The first lines: is it live, how much flows, how fast, how far behind."""

from rich.text import Text

from app.cli.view.marks import milliseconds, seconds
from app.cli.view.state import ViewState

BEHIND_S = 2.0
"""A fold that has the whole log says so of a moment up to this long ago."""


def headline(state: ViewState, title: str, now: float) -> list[Text]:
    """Connection, totals and partitions, a line each."""
    return [_connection(state, title, now), _totals(state, now), _partitions(state)]


def _connection(state: ViewState, title: str, now: float) -> Text:
    line = Text.assemble((" RINGFENCE ", "reverse bold"), " ", _liveness(state, now))
    return line.append(f"  {seconds(now - state.started)}").append(f"  {title}", "dim")


def _liveness(state: ViewState, now: float) -> tuple[str, str]:
    if state.connection is None:
        return "… connecting", "yellow"
    if state.connection.lost is None:
        return "● live", "green"
    away = seconds(now - state.connection.since)
    return f"✗ connection lost for {away}, trying again: {state.connection.lost}", "bold red"


def _totals(state: ViewState, now: float) -> Text:
    p50, p99 = (milliseconds(state.latency.at(share, now)) for share in (0.5, 0.99))
    lag = state.lag()
    line = Text.assemble(
        (f" {state.decided:,}", "bold"),
        f" decided  {state.rate.per_second(now):,.0f}/s",
        f"  p50 {p50}  p99 {p99}",
        f"  lag {'-' if lag is None else format(lag, ',')}",
        f"  warn {state.warned:,}  deny {state.denied:,}",
    )
    return line.append(f"  unreadable {state.unreadable:,}", "red") if state.unreadable else line


def _partitions(state: ViewState) -> Text:
    line = Text(" lag by partition ", "dim")
    for row in state.partitions():
        line.append(f" {row.partition}:", "dim").append("-" if row.lag is None else f"{row.lag:,}")
        if row.behind_s is not None and row.behind_s >= BEHIND_S:
            line.append(f" ({row.behind_s:,.0f} s)", "red")
    return line
