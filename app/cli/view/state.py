"""What a live view shows: folded from the updates it is told, without I/O and without a clock of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import nsmallest

from app.cli.view.rows import CONTAINED, AgentRow, Connection, DoorRow, PartitionRow
from app.cli.view.updates import Decided, DoorSeen, Ends, Lost, Unreadable, Update
from app.cli.view.window import Quantiles, Rate
from app.events import BREAKER, NO_FLEET, Alert, Decision, EnforcementState, Forgotten, Progress, Transition

MAX_ALERTS = 200


class ViewState:
    """Fed with updates and the time in seconds at which they came; asked by whatever draws it."""

    def __init__(self, now: float) -> None:
        self.started = now
        self.decided = 0
        """Decisions of messages; those of control records are not counted."""
        self.warned = 0
        self.denied = 0
        self.unreadable = 0
        self.rate = Rate()
        self.latency = Quantiles()
        self.connection: Connection | None = None
        self._agents: dict[tuple[str, str], AgentRow] = {}
        self._alerts: dict[str, Alert] = {}
        self._breakers: dict[str, Alert] = {}
        self._progress: dict[int, Progress] = {}
        self._ends: Mapping[int, int] = {}
        self._contained: dict[tuple[str, str], Transition] = {}
        self._doors: dict[str, DoorRow] = {}

    def agents(self, limit: int) -> Sequence[AgentRow]:
        """The first of them: the condemned first, then by rising trust."""
        return nsmallest(limit, self._agents.values(), key=_urgency)

    def agent_count(self) -> int:
        """How many agents have been heard of."""
        return len(self._agents)

    def quarantined(self) -> Sequence[AgentRow]:
        """The agents that are held."""
        return [row for row in self._agents.values() if row.quarantined]

    def contained(self) -> Sequence[Transition]:
        """The last transition of each agent that is contained in any way and mode, the most urgent and newest first."""
        return sorted(self._contained.values(), key=_gravity)

    def count(self, state: EnforcementState) -> int:
        """How many agents are in a state that binds."""
        return sum(one.state == state and one.mode == "enforce" for one in self._contained.values())

    def doors(self) -> Sequence[DoorRow]:
        """Each that has been asked, in the order in which they were named."""
        return list(self._doors.values())

    def alerts(self) -> Sequence[Alert]:
        """Each in its last state, newest change first."""
        return list(reversed(self._alerts.values()))

    def open_alerts(self) -> Sequence[Alert]:
        """Those that are not resolved, newest change first."""
        return [alert for alert in self.alerts() if alert.state != "resolved"]

    def breakers(self) -> Sequence[Alert]:
        """The last alert of each breaker that has been heard of, however many alerts there are; the newest first."""
        return list(reversed(self._breakers.values()))

    def partitions(self) -> Sequence[PartitionRow]:
        """In order."""
        return [
            PartitionRow(number, progress.next_offset, self._lag(progress), progress.behind_s, progress.worker)
            for number, progress in sorted(self._progress.items())
        ]

    def lag(self) -> int | None:
        """Records of all partitions that wait for their decision; None while unknown."""
        lags = [row.lag for row in self.partitions() if row.lag is not None]
        return sum(lags) if lags else None

    def apply(self, update: Update, now: float) -> None:
        """Take in one update that came at `now`."""
        match update:
            case Decided():
                self._decide(update, now)
            case Alert():
                self._alert(update)
            case Transition():
                self._contain(update)
            case Forgotten():
                self._forget(update)
            case Progress():
                self._progress[update.partition] = update
            case Ends():
                self._ends = update.offsets
                self._connection(now, lost=None)
            case Unreadable():
                self.unreadable += 1
            case Lost():
                self._connection(now, lost=update.reason)
            case DoorSeen():
                self._door(update, now)

    def _decide(self, update: Decided, now: float) -> None:
        decision = update.decision
        if decision.kind == "control":
            return
        self.decided += 1
        self.warned += decision.verdict == "warn"
        self.denied += decision.verdict == "deny"
        self.rate.add(now)
        if update.latency_ms is not None:
            self.latency.add(now, update.latency_ms)
        if decision.fleet is not None:
            self._score(decision.fleet, decision)

    def _score(self, fleet: str, decision: Decision) -> None:
        if decision.agent_id is not None and decision.trust_after is not None:
            row = self._agent(fleet, decision.agent_id)
            row.trust, row.risk = decision.trust_after, decision.risk
            row.messages += 1
        for change in decision.changes:
            row = self._agent(fleet, change.agent_id)
            row.trust, row.last_change = change.after, change

    def _agent(self, fleet: str, agent_id: str) -> AgentRow:
        return self._agents.setdefault((fleet, agent_id), AgentRow(fleet, agent_id))

    def is_news(self, transition: Transition) -> bool:
        """Whether no later one of the agent is known: after an outage all are told again from the beginning."""
        row = self._agents.get((transition.fleet, transition.agent_id))
        return row is None or row.enforcement is None or row.enforcement.epoch < transition.epoch

    def _contain(self, transition: Transition) -> None:
        if not self.is_news(transition):
            return
        self._agent(transition.fleet, transition.agent_id).enforcement = transition
        key = (transition.fleet, transition.agent_id)
        self._contained.pop(key, None)
        if transition.state in CONTAINED:
            self._contained[key] = transition

    def _forget(self, forgotten: Forgotten) -> None:
        key = (forgotten.fleet, forgotten.agent_id)
        row = self._agents.get(key)
        if row is None or row.enforcement is None or row.enforcement.epoch > forgotten.epoch:
            return
        self._contained.pop(key, None)
        row.enforcement = None
        if row.trust is None:
            del self._agents[key]

    def _door(self, seen: DoorSeen, now: float) -> None:
        row = DoorRow(seen.url, now, seen.condition, seen.trouble)
        known = self._doors.get(seen.url)
        if known is not None and known.standing == row.standing:
            row = replace(row, since=known.since)
        self._doors[seen.url] = row

    def _alert(self, alert: Alert) -> None:
        if alert.fleet == NO_FLEET and alert.pattern == BREAKER:
            self._breakers.pop(alert.subject, None)
            self._breakers[alert.subject] = alert
        self._alerts.pop(alert.alert_id, None)
        self._alerts[alert.alert_id] = alert
        if len(self._alerts) > MAX_ALERTS:
            del self._alerts[next(iter(self._alerts))]

    def _lag(self, progress: Progress) -> int | None:
        end = self._ends.get(progress.partition)
        return None if end is None else max(0, end - progress.next_offset)

    def _connection(self, now: float, lost: str | None) -> None:
        if self.connection is None or (self.connection.lost is None) != (lost is None):
            self.connection = Connection(now, lost)


def _urgency(row: AgentRow) -> tuple[bool, float, str, str]:
    return (not row.condemned, row.trust or 0.0, row.fleet, row.agent_id)


def _gravity(transition: Transition) -> tuple[bool, int, int, str, str]:
    binds = transition.mode == "enforce"
    return (not binds, CONTAINED.index(transition.state), -transition.time, transition.fleet, transition.agent_id)
