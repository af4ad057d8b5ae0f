"""Incidents: the state behind alerts, so that an alert is opened once, updated and resolved."""

from typing import Literal, NamedTuple, TypeVar

from msgspec import UNSET, UnsetType

from app.core import enforcement, graph
from app.core.commands import Command, Opine
from app.core.context import Context
from app.core.entries import IncidentEntry
from app.core.errors import Refused
from app.core.interventions import Intervention
from app.core.table import Key
from app.core.trust import decimals
from app.events import Alert, AlertAgent, Opinion, Pattern, PatternFound

T = TypeVar("T")
NOTABLE = 0.1
"""A change of severity by this much, or of the agents, is worth an update."""

MAX_AGENTS = 64
MAX_EVIDENCE = 64
MAX_OPINIONS = 4
"""How much of it an alert names, the first agents, the latest evidence and opinions; constants of engine version 1.

An alert that can be opened can so be resolved: both are far under the size limit of an output.
"""


class Finding(NamedTuple):
    """What a detector reports: a pattern, and about what (an agent, a resource)."""

    pattern: Pattern
    subject: str
    severity: float
    """0..1."""
    agents: tuple[AlertAgent, ...]
    evidence: tuple[int, ...]
    explanation: str
    suggested_action: str | Intervention
    """An intervention is carried out where the alert is severe enough and the mode allows it."""
    due: int
    """Event time (ms) at which the incident resolves unless something happens."""
    resource: str | None = None
    reproduction_number: float | None = None
    """Of a cascade: how many agents each reached agent reaches."""
    expected_final_size: float | None = None
    """Of a cascade: agents, in all, that it is expected to reach."""
    cycle: tuple[str, ...] | None = None
    """Of a loop: its agents in the order of the path."""
    turns: int = 1
    """Of a loop: how often messages went around."""


def report(context: Context, finding: Finding) -> None:
    """Open the incident of this pattern and subject, or bring it up to date."""
    incidents, key = context.state.incidents, (context.fleet, finding.pattern, finding.subject)
    known = incidents.get(key)
    entry = incidents.put(key, _entry(context, finding, known))
    action = finding.suggested_action
    if isinstance(action, Intervention) and entry.severity >= context.policy.enforcement.act_above:
        enforcement.carry_out(context, finding.pattern, action, entry.evidence)
    if entry.cycle is not None:
        graph.mark_loop(context, entry.cycle, entry.turns)
    if known is not None and not _notable(context, known, entry):
        return
    entry.sent, entry.sent_severity = context.now, entry.severity
    _send(context, (finding.pattern, finding.subject), entry, "updated" if known else "opened")
    found = context.state.positions(entry.evidence)
    context.effects.patterns.append(PatternFound(finding.pattern, entry.severity, entry.alert_id, found))


def resolve(context: Context, key: Key) -> None:
    """Close the incident, if it is open."""
    entry = context.state.incidents.get(key)
    if entry is not None:
        context.state.incidents.delete(key)
        if entry.cycle is not None:
            graph.mark_loop(context, entry.cycle, 0)
        _send(context, (str(key[1]), str(key[2])), entry, "resolved")


def opine(context: Context, command: Command) -> None:
    """Put an opinion on record beside the alert. Raises Refused: NoSuchAlert where it is not open, any more or yet."""
    assert isinstance(command, Opine)
    entry = context.state.incidents.edit((context.fleet, command.pattern, command.subject))
    if entry is None or entry.alert_id != command.alert_id:
        raise Refused("NoSuchAlert", f"no alert {command.alert_id!r} is open")
    given = Opinion(
        verdict=command.verdict,
        confidence=decimals(command.confidence),
        rationale=command.rationale,
        model=command.model,
        time=context.now,
        position=context.state.position(context.offset),
    )
    entry.opinions = (*entry.opinions, given)[-MAX_OPINIONS:]
    _send(context, (command.pattern, command.subject), entry, "updated")


def _entry(context: Context, finding: Finding, known: IncidentEntry | None) -> IncidentEntry:
    severity = decimals(finding.severity)
    return IncidentEntry(
        due=finding.due,
        alert_id=known.alert_id if known else _next_id(context, finding.pattern),
        opened=known.opened if known else context.now,
        sent=known.sent if known else context.now,
        sent_severity=known.sent_severity if known else severity,
        severity=severity,
        level=_level(severity),
        agents=finding.agents[:MAX_AGENTS],
        evidence=finding.evidence[-MAX_EVIDENCE:],
        explanation=finding.explanation,
        suggested_action=str(finding.suggested_action),
        resource=finding.resource,
        reproduction_number=finding.reproduction_number,
        expected_final_size=finding.expected_final_size,
        cycle=finding.cycle,
        turns=finding.turns,
        opinions=known.opinions if known else (),
    )


def _notable(context: Context, known: IncidentEntry, entry: IncidentEntry) -> bool:
    """Whether an open alert is sent again: at once for a higher level, else as seldom as the policy says."""
    if entry.severity > entry.sent_severity and _level(entry.sent_severity) != entry.level:
        return True
    changed = known.agents != entry.agents or abs(entry.sent_severity - entry.severity) >= NOTABLE
    return changed and context.now - entry.sent >= int(context.policy.incident.update_s * 1000.0)


def _next_id(context: Context, pattern: str) -> str:
    context.fleet_entry.incidents += 1
    return f"{context.fleet}:{pattern}:{context.fleet_entry.incidents}"


def _level(severity: float) -> Literal["info", "warning", "critical"]:
    if severity < 0.25:  # noqa: PLR2004 - the four quarters of the scale
        return "info"
    return "warning" if severity < 0.75 else "critical"  # noqa: PLR2004


def _known(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value


def _send(
    context: Context, about: tuple[str, str], entry: IncidentEntry, state: Literal["opened", "updated", "resolved"]
) -> None:
    pattern, subject = about
    context.effects.alerts.append(
        Alert(
            alert_id=entry.alert_id,
            state=state,
            time=context.now,
            fleet=context.fleet,
            pattern=pattern,
            subject=subject,
            severity=entry.severity,
            level=entry.level,
            agents=entry.agents,
            evidence=context.state.positions(entry.evidence),
            explanation=entry.explanation,
            suggested_action=entry.suggested_action,
            resource=_known(entry.resource),
            reproduction_number=_known(entry.reproduction_number),
            expected_final_size=_known(entry.expected_final_size),
            cycle=_known(entry.cycle),
            opinions=entry.opinions or UNSET,
        )
    )
