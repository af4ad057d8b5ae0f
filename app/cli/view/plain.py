"""The view where there is no terminal: a line of numbers now and then, and a line for each alert and transition."""

from app.cli.printable import printable
from app.cli.view.containment import counts, until, why
from app.cli.view.doors import told
from app.cli.view.marks import milliseconds
from app.cli.view.rows import DoorRow
from app.cli.view.state import ViewState
from app.cli.view.updates import DoorSeen, Lost, Update
from app.events import Alert, Transition


def news(state: ViewState, update: Update) -> str | None:
    """The line that an update is worth by itself, if any; `state` is what was known before it.

    >>> news(ViewState(now=0.0), Lost("no brokers"))
    'connection lost: no brokers'
    """
    match update:
        case Alert():
            return printable(f"alert {update.state}: {update.level}: {update.explanation}")
        case Transition():
            return _transition(update) if state.is_news(update) else None
        case Lost():
            return f"connection lost: {update.reason}"
        case DoorSeen():
            return _door(state, DoorRow(update.url, 0.0, update.condition, update.trouble))
        case _:
            return None


def _transition(update: Transition) -> str:
    ends = f" until {until(update.time, update.expires_at)}" if update.expires_at is not None else ""
    return printable(
        f"{update.fleet}/{update.agent_id}: {update.previous} -> {update.state} ({update.mode}){ends} "
        f"by {update.actor}: {_said(update)}"
    )


def _said(update: Transition) -> str:
    return f"appeal: {update.reason}" if update.act == "appeal" else why(update)


def _door(state: ViewState, row: DoorRow) -> str | None:
    known = {door.url: door.standing for door in state.doors()}.get(row.url)
    return None if known == row.standing else told(row)


def numbers(state: ViewState, now: float) -> str:
    """One line that sums up the state.

    >>> numbers(ViewState(now=0.0), now=1.0)
    'decided 0 (0/s), p50 -, p99 -, lag -, 0 agents, 0 quarantined, 0 throttled, 0 on probation, 0 open alerts'
    """
    p50, p99 = (milliseconds(state.latency.at(share, now)) for share in (0.5, 0.99))
    lag = state.lag()
    return (
        f"decided {state.decided:,} ({state.rate.per_second(now):,.0f}/s), p50 {p50}, p99 {p99}, "
        f"lag {'-' if lag is None else format(lag, ',')}, {state.agent_count():,} agents, "
        f"{counts(state)}, {len(state.open_alerts()):,} open alerts"
    )
