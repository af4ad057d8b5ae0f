"""Every transition is one that the table allows, in its turn, with its actor, reason and evidence (QUAR-1, QUAR-4)."""

from hypothesis import HealthCheck, given, settings

from app.core.enforcement import AUTOMATIC, TRANSITIONS
from app.events import LogPosition, Transition
from tests.properties.fold_logs import logs
from tests.unit.core.folding import Fold, transitions
from tests.unit.core.records import Record

fast = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

RESTRAINED = ("throttled", "quarantined")


@fast
@given(logs)
def test_transitions_follow_the_table_one_by_one(log: list[Record]) -> None:
    known: dict[tuple[str, str], Transition] = {}
    for found in _transitions(log):
        before = known.get((found.fleet, found.agent_id))
        state, epoch = ("trusted", 0) if before is None else (before.state, before.epoch)
        assert (found.previous, found.epoch) == (state, epoch + 1)
        assert TRANSITIONS[found.previous].get(found.act) == found.state
        known[found.fleet, found.agent_id] = found


@fast
@given(logs)
def test_every_transition_says_who_why_and_on_what_evidence(log: list[Record]) -> None:
    for found in _transitions(log):
        assert found.actor
        assert found.reason
        assert found.mode != "off" or found.actor != AUTOMATIC or found.act in ("recover", "expire")
        assert found.evidence
        for position in found.evidence:
            assert isinstance(position, LogPosition)
            assert isinstance(found.position, LogPosition)
            assert position.offset <= found.position.offset


@fast
@given(logs)
def test_what_is_restrained_says_how_and_ends_by_itself_unless_a_person_did_it(log: list[Record]) -> None:
    for found in _transitions(log):
        assert (found.restraint is not None) == (found.state == "throttled")
        if found.actor == AUTOMATIC and found.state in ("throttled", "quarantined", "probation"):
            assert found.expires_at is not None


@fast
@given(logs)
def test_what_binds_is_never_loosened_by_ringfence_but_by_time_or_a_good_score(log: list[Record]) -> None:
    known: dict[tuple[str, str], Transition] = {}
    for found in _transitions(log):
        before = known.get((found.fleet, found.agent_id))
        bound = before is not None and before.mode == "enforce" and before.state in RESTRAINED
        if before is not None and bound and found.actor == AUTOMATIC and found.act not in ("expire", "recover"):
            assert found.mode == "enforce"
            assert RESTRAINED.index(found.state) >= RESTRAINED.index(before.state)
        known[found.fleet, found.agent_id] = found


@fast
@given(logs)
def test_an_agent_never_lets_itself_go(log: list[Record]) -> None:
    for found in _transitions(log):
        assert found.act not in ("release", "parole") or found.actor != found.agent_id


def _transitions(log: list[Record]) -> list[Transition]:
    fold = Fold()
    return [found for done in fold.run(log) for found in transitions(done)]
