"""What a person commands about an agent (QUAR-4)."""

from typing import cast

import pytest
from msgspec import Raw

from app.core.commands import Appeal, Quarantine, Release, SetMode, SetPolicy, Tick
from app.core.policy import Policy
from app.events import Mode, Pattern
from tests.unit.core.folding import Log, dead_letter, decision, transitions
from tests.unit.core.records import PARTITION

CONTAIN = Quarantine(fleet="north", agent_id="eve", reason="audit", actor="ann@ops")


def _contained() -> Log:
    log = Log(commanded=True)
    log.command(CONTAIN)
    return log


def test_an_agent_cannot_release_itself() -> None:
    log = _contained()
    done = log.command(Release(fleet="north", agent_id="eve", reason="I am fine", actor="eve"))
    assert dead_letter(done).error == "NotAllowed"
    assert decision(log.say("eve")).verdict == "deny"


def test_an_agent_cannot_shorten_its_quarantine_by_another() -> None:
    log = _contained()
    again = Quarantine(fleet="north", agent_id="eve", reason="I did it", actor="eve", for_s=0.001)
    assert dead_letter(log.command(again)).error == "NotAllowed"
    assert decision(log.say("eve")).verdict == "deny"


@pytest.mark.parametrize("for_s", [None, 3600.0])
def test_a_name_like_that_of_an_operator_shields_no_agent(for_s: float | None) -> None:
    """Hostile agents choose their names; what does not loosen is done."""
    log = Log(commanded=True)
    for _ in range(2):
        done = log.command(Quarantine(fleet="north", agent_id="root", reason="audit", actor="root", for_s=for_s))
        assert [found.state for found in transitions(done)] == ["quarantined"]


@pytest.mark.parametrize("kind", [Quarantine, Release, Appeal])
def test_no_person_acts_in_ringfences_name(kind: type[Quarantine | Release | Appeal]) -> None:
    done = _contained().command(kind(fleet="north", agent_id="eve", reason="so it looks", actor="ringfence"))
    assert dead_letter(done).error == "NotAllowed"


def test_a_staged_release_leads_over_probation() -> None:
    log = _contained()
    (staged,) = transitions(log.command(Release(fleet="north", agent_id="eve", reason="fixed", probation=True)))
    assert (staged.state, staged.act) == ("probation", "parole")
    assert decision(log.say("eve")).verdict == "warn"
    (served,) = transitions(log.command(Tick(partition=PARTITION), after_s=1000))
    assert (served.state, served.time) == ("trusted", staged.expires_at)


def test_an_appeal_is_put_on_record_and_changes_nothing_else() -> None:
    log = _contained()
    (appeal,) = transitions(log.command(Appeal(fleet="north", agent_id="eve", reason="it was a drill", actor="eve")))
    assert (appeal.act, appeal.state, appeal.previous) == ("appeal", "quarantined", "quarantined")
    assert (appeal.actor, appeal.reason, appeal.grounds, appeal.epoch) == ("eve", "it was a drill", "audit", 2)
    entry = log.fold.state.enforcement.get(("north", "eve"))
    assert entry is not None
    assert (entry.reason, entry.actor, entry.appeal) == ("audit", "ann@ops", "it was a drill")


def test_a_decision_settles_an_appeal() -> None:
    log = _contained()
    log.command(Appeal(fleet="north", agent_id="eve", reason="it was a drill", actor="eve"))
    log.command(CONTAIN)
    entry = log.fold.state.enforcement.get(("north", "eve"))
    assert entry is not None
    assert entry.appeal is None


def test_an_appeal_of_who_is_free_is_refused() -> None:
    done = Log(commanded=True).command(Appeal(fleet="north", agent_id="eve", reason="why"))
    assert dead_letter(done).error == "NotContained"


@pytest.mark.parametrize("mode", ["off", "warn", "enforce"])
def test_a_fleets_mode_is_changed_by_a_command(mode: Mode) -> None:
    log = Log(commanded=True)
    changed = log.command(SetMode(fleet="north", mode=mode))
    assert (decision(changed).kind, decision(changed).mode, decision(changed).policy_version) == ("control", mode, 1)
    assert decision(log.say("ann")).mode == mode
    assert decision(log.say("ann")).policy_version == 1
    assert decision(log.say("ann", fleet="south")).mode == "shadow"


def test_a_pattern_is_held_back_by_a_command() -> None:
    log = Log(Policy(mode="enforce"), commanded=True)
    log.command(SetMode(fleet="north", mode="shadow", pattern="low_trust"))
    found = [
        transition
        for number in range(12)
        for transition in transitions(log.say("bob", "response", ("ann",), content={"error": f"{number}"}))
    ]
    assert {transition.mode for transition in found} == {"shadow"}


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (SetMode(fleet="north", mode="off", pattern=cast("Pattern", "hoarding")), "InvalidCommand"),
        (
            SetPolicy(fleet="north", policy=Raw(b'{"version": 9, "enforcement": {"modes": {"hoarding": "off"}}}')),
            "InvalidPolicy",
        ),
    ],
)
def test_a_pattern_that_there_is_not_makes_a_command_a_dead_letter(command: SetMode | SetPolicy, error: str) -> None:
    """Whoever wrote it: a log may hold what its sender did not check."""
    log = Log(commanded=True)
    refused = dead_letter(log.command(command))
    assert (refused.error, "'hoarding'" in refused.reason) == (error, True)
    assert decision(log.say("ann")).policy_version == 0


def test_what_is_decided_about_a_command_names_the_fleets_own_policy() -> None:
    log = Log(commanded=True)
    log.command(SetMode(fleet="north", mode="enforce"))
    done = log.command(CONTAIN)
    (contained,) = transitions(done)
    assert decision(done).policy_version == contained.policy_version == 1
    assert decision(log.command(Tick(partition=PARTITION))).policy_version == 0
