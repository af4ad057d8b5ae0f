"""Who fails with many others is excused, and nobody can excuse itself by that (QUAR-5)."""

from collections.abc import Iterable

from app.core.enforcement import carry_out, judge, state_of
from app.core.entries import AgentEntry, IncidentEntry, Trouble, TroubleEntry
from app.core.interventions import Intervention
from app.core.policy import Policy, TrustPolicy
from app.events import Alert, Transition
from tests.unit.core.contexts import context_of
from tests.unit.core.folding import Log, alerts, transitions

ENFORCE = Policy(mode="enforce", trust=TrustPolicy(prior=4.0, memory=1e6))
HONEST = tuple(f"worker-{number}" for number in range(8))
COLLUDERS = tuple(f"mole-{number}" for number in range(5))
WAY = "upstream down"


def _ask(log: Log, agents: Iterable[str], *, failing: Iterable[str] = ()) -> tuple[list[Alert], list[Transition]]:
    """Ann asks each agent, which answers, or fails in the one way. Returns common causes and restraints."""
    named, restrained, failing = [], [], set(failing)
    for agent in agents:
        trace = f"{log.offset}"
        log.say("ann", "request", (agent,), after_s=0.05, conversation_id=trace)
        content = {"error": WAY} if agent in failing else {"ok": True}
        done = log.say(agent, "response", ("ann",), 0.05, conversation_id=trace, content=content)
        named += [alert for alert in alerts(done) if (alert.pattern, alert.state) == ("common_cause", "opened")]
        restrained += [found for found in transitions(done) if found.state in ("throttled", "quarantined")]
    return named, restrained


def _established(*agents: str) -> Log:
    """A log in which these have been there for eleven minutes."""
    log = Log(ENFORCE)
    for _ in range(2):
        _ask(log, agents)
        log.say("ann", after_s=660)
    _ask(log, agents)
    return log


def _turns(log: Log, agents: tuple[str, ...], failing: tuple[str, ...]) -> tuple[list[Alert], list[Transition]]:
    named, restrained = [], []
    for _ in range(16):
        more, held = _ask(log, agents, failing=failing)
        named += more
        restrained += held
    return named, restrained


def test_colluders_who_fail_together_excuse_nobody() -> None:
    named, restrained = _turns(_established(*HONEST, *COLLUDERS), HONEST + COLLUDERS, COLLUDERS)
    assert named == []
    assert {found.agent_id for found in restrained} == set(COLLUDERS)


def test_colluders_who_are_alone_for_a_while_excuse_nobody_either() -> None:
    """Who has answered lately counts, not only who does just now."""
    named, restrained = _turns(_established(*HONEST, *COLLUDERS), COLLUDERS, COLLUDERS)
    assert named == []
    assert {found.agent_id for found in restrained} == set(COLLUDERS)


def test_new_identities_excuse_nobody_however_many_they_are() -> None:
    crowd = tuple(f"sybil-{number}" for number in range(20))
    named, restrained = _turns(_established(*HONEST), HONEST + crowd, crowd)
    assert named == []
    assert restrained


def test_an_outage_of_a_fleet_with_newcomers_is_named_once_and_restrains_nobody() -> None:
    """Newcomers do not count, and are excused like all others."""
    everyone = (*HONEST, "newcomer-1", "newcomer-2")
    named, restrained = _turns(_established(*HONEST), everyone, everyone)
    assert len(named) == 1
    assert restrained == []


def test_an_outage_is_named_though_one_of_those_it_strikes_is_quarantined_and_new_ones_go_on() -> None:
    crowd = tuple(f"sybil-{number}" for number in range(20))
    log = _established(*HONEST, "eve")
    for _ in range(15):
        log.say("eve", "response", ("ann",), content={"error": "of its own"})
    named, _ = _turns(log, (*HONEST, "eve", *crowd), HONEST)
    assert len(named) == 1


def test_agents_of_a_ring_open_no_common_cause() -> None:
    log = _established(*COLLUDERS)
    for mole in COLLUDERS:
        entry = log.fold.state.agents.edit(("north", mole))
        assert entry is not None
        entry.ring = "mole-0"
        log.fold.state.merge()
    named, _ = _turns(log, COLLUDERS, COLLUDERS)
    assert named == []


def test_failures_with_a_common_cause_excuse_no_evidence_of_another_kind() -> None:
    """Nor the same records, where they are held against the agent for more than that they fail."""
    for because in ("the score", "an alert"):
        context = context_of(ENFORCE)
        key, trouble = (context.fleet,), Trouble("eve", context.now, 9.0, 0.0, (), WAY, (1, 2, 3), cost=(1, 2))
        context.state.troubles.put(key, TroubleEntry(due=None, troubles=(trouble,)))
        context.state.incidents.put((*key, "common_cause", WAY), _open())
        context.state.agents.put((*key, "eve"), AgentEntry(0, 0, None, 0))
        if because == "the score":
            judge(context, "eve", 10.0, (1, 2, 7))
            assert state_of(context, "eve").state == "watched"
            judge(context, "eve", 10.0, (1, 1, 2, 2))
            assert state_of(context, "eve").state == "quarantined"
        else:
            carry_out(context, "byzantine", Intervention("quarantine", "eve"), (1, 2))
            assert state_of(context, "eve").state == "quarantined"


def test_a_failure_that_cost_nothing_excuses_nothing() -> None:
    """Else a lie told in a failing answer would be excused with it."""
    log = _established(*HONEST)
    _turns(log, HONEST, HONEST)
    entry = log.fold.state.troubles.get(("north",))
    assert entry is not None
    for trouble in entry.troubles:
        assert len(trouble.cost) < len(trouble.evidence)


def _open() -> IncidentEntry:
    return IncidentEntry(None, "a", 0, 0, 0.5, 0.5, "warning", (), (), "", "")
