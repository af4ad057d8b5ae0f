"""SIM-2, D12: how scenarios are scored against their truth."""

from app.events import AgentMessage
from app.simulator.message import raw
from app.simulator.truth import Label
from tests.evaluation.folded import Alert, AlertAgent
from tests.evaluation.metrics import Counts
from tests.evaluation.simulated.attacks import Attack, scored
from tests.evaluation.simulated.calm import Quiet, calm_figures, false_alarms
from tests.evaluation.simulated.crowded import Crowded
from tests.evaluation.simulated.run import SimulatedRun

ATTACK = Attack("hoarding", "resource_hoarding")


def label(agent: str, second: int, *, holds: bool) -> Label:
    return Label("hoarding", "agent", agent, 1 if holds else 0, "f", f"1970-01-01T00:00:{second:02}.000000Z")


def alert(pattern: str, second: int, *culprits: str, evidence: tuple[int, ...] = ()) -> Alert:
    agents = tuple(AlertAgent(agent, "culprit") for agent in culprits)
    victim = AlertAgent("victim", "victim")
    return Alert(f"{pattern}{second}", "opened", second * 1000, "f", pattern, 0.5, (*agents, victim), evidence)


def done(*alerts: Alert, conflicts: frozenset[int] = frozenset()) -> SimulatedRun:
    times = [second * 1000 for second in range(60)]
    labels = [label("a", 0, holds=False), label("b", 0, holds=False), label("a", 10, holds=True)]
    return SimulatedRun(times, labels, list(alerts), 2, conflicts, 1.0)


def test_who_is_named_in_time_counts_with_the_delay() -> None:
    outcome = scored(done(alert("resource_hoarding", 25, "a")), ATTACK)
    assert outcome.counts == Counts(tp=1)
    assert (outcome.seconds, outcome.messages) == (15, 15)


def test_the_innocent_and_the_missed_count_too() -> None:
    outcome = scored(done(alert("resource_hoarding", 25, "b"), alert("cascade", 20, "a")), ATTACK)
    assert outcome.counts == Counts(fp=1, fn=1)
    assert outcome.seconds == outcome.messages == float("inf")


def test_who_is_named_before_the_onset_is_found_at_the_onset() -> None:
    assert scored(done(alert("resource_hoarding", 5, "a")), ATTACK).seconds == 0


def test_alarms_on_a_calm_day_are_false_but_for_conflicts_that_were_there() -> None:
    alerts = (alert("cascade", 3, "a"), alert("conflict", 4, "a", evidence=(7,)), alert("conflict", 5, evidence=(8,)))
    assert false_alarms(done(*alerts, conflicts=frozenset({7}))) == {"cascade": 1, "conflict": 1}


def test_the_goal_of_false_alarms_is_for_the_upper_end() -> None:
    quiet = [Quiet({}, 3, 2_500.0, 1.0)] * 2
    assert calm_figures("busy", quiet[:1])[0].reached is False, "silence for 2,500 hours proves too little"
    assert calm_figures("busy", quiet)[0].reached is True
    assert calm_figures("busy", [*quiet, Quiet({"cascade": 9}, 0, 2_500.0, 1.0)])[0].estimate.score == 1.2


def test_alerts_of_true_contention_are_shown_beside_false_alarms() -> None:
    assert calm_figures("healthy", [Quiet({}, 3, 1_500.0, 1.0)])[1].estimate.score == 2


def test_a_claim_is_contended_where_others_have_taken_or_asked_for_what_it_needs() -> None:
    crowded = Crowded()
    for position, (kind, agent, amount) in enumerate(
        [("request", "a", 5), ("request", "b", 3), ("request", "c", 1), ("release", "a", 5), ("request", "d", 4)]
    ):
        crowded.see(position, claim(kind, agent, amount))
    assert crowded.claims == {2}


def claim(kind: str, agent: str, amount: int) -> AgentMessage:
    return AgentMessage(
        agent_id=agent,
        message_type=f"resource_{kind}",
        content=raw({"resource": "gpu", "amount": amount, "capacity": 8}),
        target_agents=("pool",),
        conversation_id=f"task of {agent}",
    )
