"""Standing: low trust alerts once, and contains as the mode says (TRUST-1, QUAR-1, QUAR-3, QUAR-4)."""

from typing import Literal

import msgspec
import pytest

from app.core.commands import Quarantine, Release, SetPolicy, Tick
from app.core.outputs import Step
from app.core.policy import EnforcementPolicy, Policy, TrustPolicy
from app.events import Mode
from tests.unit.core.folding import Log, alerts, dead_letter, decision, transitions
from tests.unit.core.records import PARTITION

TRUST = TrustPolicy(prior=1.0, half_life_s=1000.0)


def _log(mode: Mode = "enforce", quarantine_s: float = 60.0, *, commanded: bool = False) -> Log:
    policy = Policy(mode=mode, trust=TRUST, enforcement=EnforcementPolicy(quarantine_s=quarantine_s))
    return Log(policy, commanded=commanded)


def _fail(log: Log, times: int = 1, agent: str = "bob", after_s: float = 1.0) -> Step:
    for _ in range(times):
        done = log.say(agent, "response", ("ann",), after_s, content={"error": "no"})
    return done


def _low(done: Step) -> list[str]:
    return [alert.state for alert in alerts(done) if alert.pattern == "low_trust"]


def test_a_new_agent_stands_at_100() -> None:
    assert decision(Log().say("ann")).trust_before == 100.0


def test_a_fall_below_the_limit_opens_one_alert() -> None:
    log = _log()
    assert _low(_fail(log, 2)) == []
    assert _low(_fail(log)) == ["opened"]


def test_an_open_alert_is_not_repeated() -> None:
    log = _log("off")
    _fail(log, 3)
    assert [state for _ in range(20) for state in _low(_fail(log, after_s=0.1))].count("opened") == 0


def test_an_alert_resolves_when_time_has_forgiven() -> None:
    log = _log("off")
    _fail(log, 3)
    assert _low(log.say("ann", after_s=5_000)) == ["resolved"]


def test_an_alert_resolves_when_cooperation_has_restored_the_score() -> None:
    log = _log("off")
    _fail(log, 3)
    states = []
    for _ in range(6):
        log.say("ann", "request", ("bob",), conversation_id="c")
        states += _low(log.say("bob", "response", ("ann",), conversation_id="c"))
    assert states[-1] == "resolved"
    assert log.trust("bob") >= TRUST.recovered_above


@pytest.mark.parametrize(
    ("mode", "verdict", "contained"),
    [("off", "warn", []), ("shadow", "deny", ["quarantined"]), ("warn", "deny", ["quarantined"]),
     ("enforce", "deny", ["quarantined"])],
)  # fmt: skip
def test_the_mode_says_what_low_trust_leads_to(
    mode: Mode, verdict: Literal["warn", "deny"], contained: list[str]
) -> None:
    log = _log(mode)
    done = _fail(log, 3)
    assert [transition.state for transition in transitions(done)] == contained
    assert all(transition.mode == mode for transition in transitions(done))
    following = decision(log.say("bob"))
    assert (following.verdict, following.mode) == (verdict, mode)


def test_others_go_on_while_one_is_contained() -> None:
    """QUAR-6."""
    log = _log()
    _fail(log, 3)
    assert decision(log.say("ann")).verdict == "allow"


def test_a_quarantine_expires_at_its_time_though_nothing_came() -> None:
    log = _log(quarantine_s=60, commanded=True)
    (begun,) = transitions(_fail(log, 3))
    ended = log.command(Tick(partition=PARTITION), after_s=100)
    (released,) = transitions(ended)
    assert (released.state, released.previous, released.epoch) == ("probation", "quarantined", begun.epoch + 1)
    assert released.time == begun.expires_at


def test_an_agent_that_offends_again_after_its_quarantine_is_contained_again() -> None:
    """Its alert is still open then; that must not protect it."""
    log = _log(quarantine_s=60)
    _fail(log, 3)
    log.say("ann", after_s=61)
    assert decision(log.say("bob")).verdict == "warn"
    again = _fail(log)
    assert [transition.state for transition in transitions(again)] == ["quarantined"]
    assert _low(again).count("opened") == 0


def test_an_agent_that_only_cooperates_after_its_quarantine_stays_free() -> None:
    log = _log(quarantine_s=60)
    _fail(log, 4)
    log.say("ann", "request", ("bob",), after_s=61, conversation_id="c")
    assert transitions(log.say("bob", "response", ("ann",), conversation_id="c")) == []


def test_an_offence_makes_a_shadow_quarantine_a_real_one_once_the_mode_is_enforce() -> None:
    log = _log("shadow", 600, commanded=True)
    assert [transition.mode for transition in transitions(_fail(log, 3))] == ["shadow"]
    policy = msgspec.json.encode({"version": 1, "mode": "enforce", "trust": {"prior": 1, "half_life_s": 1000}})
    log.command(SetPolicy(fleet="north", policy=msgspec.Raw(policy)))
    (bound,) = transitions(_fail(log))
    assert (bound.previous, bound.state, bound.mode) == ("quarantined", "quarantined", "enforce")


def test_an_operators_quarantine_lasts_until_it_is_released() -> None:
    log = _log(commanded=True)
    (begun,) = transitions(log.command(Quarantine(fleet="north", agent_id="eve", reason="audit", actor="ann@ops")))
    assert (begun.mode, begun.expires_at, begun.actor) == ("enforce", None, "ann@ops")
    assert decision(log.say("eve", after_s=1e6)).verdict == "deny"
    (ended,) = transitions(log.command(Release(fleet="north", agent_id="eve", reason="cleared")))
    assert (ended.state, ended.reason) == ("released", "cleared")
    assert decision(log.say("eve")).verdict == "allow"


def test_an_automatic_quarantine_does_not_shorten_an_operators() -> None:
    log = _log(quarantine_s=10, commanded=True)
    log.command(Quarantine(fleet="north", agent_id="bob", reason="audit"))
    assert transitions(_fail(log, 5)) == []
    assert decision(log.say("bob", after_s=3600)).verdict == "deny"


def test_releasing_who_is_not_contained_is_refused() -> None:
    log = _log(commanded=True)
    assert dead_letter(log.command(Release(fleet="north", agent_id="eve", reason="why not"))).error == "NotContained"


def test_a_thousand_quarantines_that_end_at_once_do_not_stop_a_fleet() -> None:
    """Each record fires what fits into its outputs; the rest waits for the next, in order."""
    log = _log(commanded=True)
    agents = [f"{number:04}" + "\x01" * 250 for number in range(1_000)]
    for agent in agents:
        log.command(Quarantine(fleet="north", agent_id=agent, reason="drill", for_s=3600.0), after_s=0)
    ended: list[str] = []
    for _ in range(10):
        ended += [found.agent_id for found in transitions(log.say(after_s=3600)) if found.state == "probation"]
    assert ended == agents
