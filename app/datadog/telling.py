"""What of the messages on the topics is an event in Datadog, and how it reads."""

from collections.abc import Iterator, Mapping, Sequence

from app.datadog.event import AlertType, Event, event
from app.events import NO_FLEET, Alert, Change, DeadLetter, Decision, LogPosition, Position, Transition
from app.moment import utc

Told = Decision | Alert | Transition | DeadLetter
MAX_EVIDENCE = 10

_BY_LEVEL: Mapping[str, AlertType] = {"info": "info", "warning": "warning", "critical": "error"}
_BY_STATE: Mapping[str, AlertType] = {
    "watched": "warning",
    "throttled": "warning",
    "quarantined": "error",
    "probation": "info",
    "released": "success",
    "trusted": "success",
}


def events_of(message: Told, trust_points: float) -> Iterator[Event]:
    """The events that a message is worth: all alerts, transitions and dead letters, and scores that moved far.

    Args:
        message: as it stands on its topic.
        trust_points: a record that moves an agent's score by less is no event; they would be as many as messages.

    >>> from app.events import LogPosition
    >>> change = Change("bot-7", 80.0, 60.0, "conflict", -20.0, ())
    >>> decided = Decision(LogPosition(0, 7), "message", "sales", "bot-7", 80.0, 60.0, changes=(change,))
    >>> [told.title for told in events_of(decided, trust_points=10.0)]
    ['Trust fell from 80.0 to 60.0: sales/bot-7']

    """
    match message:
        case Decision():
            yield from _of_decision(message, trust_points)
        case Alert():
            yield _of_alert(message)
        case Transition():
            yield _of_transition(message)
        case DeadLetter():
            yield _of_letter(message)


def _of_decision(decision: Decision, trust_points: float) -> Iterator[Event]:
    for agent_id in dict.fromkeys(change.agent_id for change in decision.changes):
        changes = [change for change in decision.changes if change.agent_id == agent_id]
        if abs(changes[-1].after - changes[0].before) >= trust_points:
            yield _of_changes(decision, agent_id, changes)


def _of_changes(decision: Decision, agent_id: str, changes: Sequence[Change]) -> Event:
    before, after = changes[0].before, changes[-1].after
    fell = after < before
    reasons = "\n".join(
        f"{change.signal}: {change.before:.1f} to {change.after:.1f}{_evidence(change.evidence)}" for change in changes
    )
    return event(
        title=f"Trust {'fell' if fell else 'rose'} from {before:.1f} to {after:.1f}: {decision.fleet}/{agent_id}",
        text=f"{reasons}\nDecided at {_place(decision.position)}, policy {decision.policy_version}.",
        alert_type="warning" if fell else "success",
        key=f"trust:{decision.fleet}/{agent_id}",
        tags={"kind": "trust", "fleet": decision.fleet, "agent": agent_id, "reason": changes[-1].signal},
    )


def _of_alert(alert: Alert) -> Event:
    agents = "\n".join(f"{agent.role}: {agent.agent_id}" for agent in alert.agents)
    return event(
        title=f"{alert.pattern} {_where(alert)} {alert.state} ({alert.level})",
        text=f"{alert.explanation}\nSuggested: {alert.suggested_action}\n{agents}{_evidence(alert.evidence)}",
        alert_type="success" if alert.state == "resolved" else _BY_LEVEL[alert.level],
        key=f"alert:{alert.alert_id}",
        tags={
            "kind": "alert",
            "fleet": alert.fleet,
            "pattern": alert.pattern,
            "state": alert.state,
            "level": alert.level,
        },
        time=alert.time,
    )


def _where(alert: Alert) -> str:
    return alert.subject if alert.fleet == NO_FLEET else f"in {alert.fleet}"


def _of_transition(transition: Transition) -> Event:
    binds, appeals = transition.mode == "enforce", transition.act == "appeal"
    what = "appeal" if appeals else transition.state
    mode = "" if binds else f" (mode {transition.mode})"
    until = "" if transition.expires_at is None else f", until {utc(transition.expires_at)}"
    return event(
        title=f"{what.capitalize()}{mode}: {transition.fleet}/{transition.agent_id}",
        text=(
            f"{transition.reason}\nBefore: {transition.previous}. {transition.act} by {transition.actor}, "
            f"epoch {transition.epoch}{until}.{_evidence(transition.evidence)}"
        ),
        alert_type=_BY_STATE[transition.state] if binds and not appeals else "info",
        key=f"agent:{transition.fleet}/{transition.agent_id}",
        tags={
            "kind": "intervention",
            "fleet": transition.fleet,
            "agent": transition.agent_id,
            "state": transition.state,
            "mode": transition.mode,
        },
        time=transition.time,
    )


def _of_letter(letter: DeadLetter) -> Event:
    return event(
        title=f"Dead letter: {letter.error}",
        text=f"{letter.reason}\nAt {_place(letter.position)}, after {letter.attempts} attempts; "
        "`ringfence dead-letter show` has its bytes.",
        alert_type="error",
        key=f"dead-letter:{letter.error}",
        tags={"kind": "dead_letter", "error": letter.error},
        time=letter.timestamp,
    )


def _evidence(positions: Sequence[Position]) -> str:
    if not positions:
        return ""
    more = f" and {len(positions) - MAX_EVIDENCE} more" if len(positions) > MAX_EVIDENCE else ""
    return f"\nEvidence: {'; '.join(map(_place, positions[:MAX_EVIDENCE]))}{more}"


def _place(position: Position) -> str:
    if isinstance(position, LogPosition):
        return f"partition {position.partition}, offset {position.offset}"
    return f"line {position}"
