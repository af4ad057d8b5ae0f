"""What stands about an agent is forgotten once it says nothing any more, and nobody is misled by that."""

import pytest

from app.core.commands import Quarantine, Release, Tick
from app.core.policy import EnforcementPolicy, Policy, TrustPolicy
from app.events import Forgotten
from tests.unit.core.folding import Log, decision, forgotten, transitions
from tests.unit.core.records import PARTITION

ENFORCE = Policy(mode="enforce", trust=TrustPolicy(prior=4.0, memory=1e6))
WEEK_S = EnforcementPolicy().forget_after_s
YEARS_S = TrustPolicy().forget_after_s
QUARANTINE = Quarantine(fleet="north", agent_id="eve", reason="audit", for_s=60.0)


def _is_known(log: Log, agent: str) -> bool:
    return log.fold.state.enforcement.get(("north", agent)) is not None


def _serve(log: Log) -> int:
    """Contain eve until it is trusted again; returns its epoch then."""
    log.command(QUARANTINE)
    served = transitions(log.command(Tick(partition=PARTITION), after_s=1_000))
    assert [found.state for found in served] == ["probation", "trusted"]
    return served[-1].epoch


def _fail(log: Log, agent: str, times: int) -> list[str]:
    done = [log.say(agent, "response", ("ann",), content={"error": f"{agent}-{number}"}) for number in range(times)]
    return [found.state for each in done for found in transitions(each)]


def test_who_is_trusted_again_is_forgotten_after_a_week() -> None:
    log = Log(commanded=True)
    epoch = _serve(log)
    assert forgotten(log.command(Tick(partition=PARTITION), after_s=WEEK_S - 200)) == []
    assert _is_known(log, "eve")
    assert forgotten(log.command(Tick(partition=PARTITION), after_s=200)) == [Forgotten("north", "eve", epoch)]
    assert not _is_known(log, "eve")
    assert decision(log.say("eve")).verdict == "allow"


def test_epochs_go_on_above_those_of_the_forgotten() -> None:
    """So an old record of the agent cannot pass for a later one."""
    log = Log(commanded=True)
    epoch = _serve(log)
    log.say("ann", after_s=WEEK_S)
    assert not _is_known(log, "eve")
    for agent in ("eve", "bob"):
        (found,) = transitions(log.command(Quarantine(fleet="north", agent_id=agent, reason="again")))
        assert (found.previous, found.epoch) == ("trusted", epoch + 1)


def test_who_offends_again_meanwhile_is_not_forgotten() -> None:
    log = Log(commanded=True)
    _serve(log)
    log.command(QUARANTINE, after_s=WEEK_S / 2)
    assert forgotten(log.say("ann", after_s=WEEK_S / 2)) == []
    assert _is_known(log, "eve")


def test_a_quarantine_by_a_person_is_never_forgotten() -> None:
    log = Log(commanded=True)
    log.command(Quarantine(fleet="north", agent_id="eve", reason="audit"))
    log.say("ann", after_s=2 * YEARS_S)
    assert decision(log.say("eve")).verdict == "deny"


@pytest.mark.parametrize("act", ["release", "watch"])
def test_a_release_and_a_watch_stay_as_long_as_the_agent_is_remembered(act: str) -> None:
    log = Log(ENFORCE, commanded=True)
    log.say("eve")
    if act == "release":
        log.command(QUARANTINE)
        log.command(Release(fleet="north", agent_id="eve", reason="fixed"))
    else:
        assert _fail(log, "eve", 5) == ["watched"]
    log.say("ann", after_s=YEARS_S / 2)
    log.say("eve")
    log.say("ann", after_s=YEARS_S / 2)
    assert _is_known(log, "eve")
    for _ in range(5):
        log.say("ann", after_s=YEARS_S)
    assert not _is_known(log, "eve")


def test_who_is_forgotten_is_contained_for_longer_where_it_relapses() -> None:
    log = Log(ENFORCE)
    assert _fail(log, "bob", 10)[-1] == "quarantined"
    log.say("ann", after_s=2_000)
    log.say("ann", after_s=WEEK_S)
    assert not _is_known(log, "bob")
    done = log.say("bob", "response", ("ann",), content={"error": "again"})
    (again,) = transitions(done)
    assert again.expires_at == again.time + 1_800_000


def test_what_is_forgotten_and_contained_again_by_one_record_ends_contained() -> None:
    log = Log(ENFORCE)
    _fail(log, "bob", 10)
    done = log.say("bob", "response", ("ann",), after_s=2_000 + WEEK_S, content={"error": "again"})
    assert [output.channel for output in done.outputs if output.key == b'["north","bob"]'] == [
        "enforcement", "enforcement", "forgotten", "enforcement",
    ]  # fmt: skip
    assert [found.state for found in transitions(done)] == ["probation", "trusted", "quarantined"]


def test_what_does_not_end_says_no_end() -> None:
    log = Log(ENFORCE, commanded=True)
    _fail(log, "bob", 5)
    log.command(QUARANTINE)
    released = transitions(log.command(Release(fleet="north", agent_id="eve", reason="fixed")))
    assert [found.expires_at for found in released] == [None]
