"""The view where there is no terminal: a line of numbers now and then, and a line for each alert and transition."""

from app.cli.view.marks import milliseconds
from app.cli.view.state import ViewState
from app.cli.view.updates import Lost, Update
from app.events import Alert, Transition


def news(update: Update) -> str | None:
    """The line that this update is worth by itself, if any.

    >>> news(Lost("no brokers"))
    'connection lost: no brokers'
    """
    match update:
        case Alert():
            return f"alert {update.state}: {update.level}: {update.explanation}"
        case Transition():
            return f"{update.fleet}/{update.agent_id}: {update.previous} -> {update.state}: {update.reason}"
        case Lost():
            return f"connection lost: {update.reason}"
        case _:
            return None


def numbers(state: ViewState, now: float) -> str:
    """One line that sums up the state.

    >>> numbers(ViewState(now=0.0), now=1.0)
    'decided 0 (0/s), p50 -, p99 -, lag -, 0 agents, 0 quarantined, 0 open alerts'
    """
    p50, p99 = (milliseconds(state.latency.at(share, now)) for share in (0.5, 0.99))
    lag = state.lag()
    return (
        f"decided {state.decided:,} ({state.rate.per_second(now):,.0f}/s), p50 {p50}, p99 {p99}, "
        f"lag {'-' if lag is None else format(lag, ',')}, {state.agent_count():,} agents, "
        f"{len(state.quarantined()):,} quarantined, {len(state.open_alerts()):,} open alerts"
    )
