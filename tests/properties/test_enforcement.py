"""Every transition is one that the table allows, in its turn, with its actor, reason and evidence (QUAR-1, QUAR-4)."""

from collections.abc import Iterator

import msgspec
from hypothesis import HealthCheck, given, settings

from app.core.enforcement import AUTOMATIC, TRANSITIONS
from app.core.entries import EnforcementEntry
from app.events import Forgotten, LogPosition, Transition
from tests.properties.fold_logs import SHORT_POLICY, logs
from tests.unit.core.folding import Fold
from tests.unit.core.records import Record

fast = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

RESTRAINED = ("throttled", "quarantined")


@fast
@given(logs)
def test_transitions_follow_the_table_one_by_one(log: list[Record]) -> None:
    """Epochs rise by one; where an agent was forgotten, from the highest of its fleet's forgotten on."""
    known: dict[tuple[str, str], Transition] = {}
    highest: dict[str, int] = {}
    for found in _changes(log):
        before = known.pop((found.fleet, found.agent_id), None)
        if isinstance(found, Forgotten):
            assert before is not None
            assert (before.epoch, before.state in RESTRAINED) == (found.epoch, False)
            highest[found.fleet] = max(found.epoch, highest.get(found.fleet, 0))
            continue
        state, epoch = ("trusted", highest.get(found.fleet, 0)) if before is None else (before.state, before.epoch)
        assert (found.previous, found.epoch) == (state, epoch + 1)
        assert TRANSITIONS[found.previous].get(found.act) == found.state
        known[found.fleet, found.agent_id] = found


@fast
@given(logs)
def test_the_compacted_topic_says_what_the_table_says(log: list[Record]) -> None:
    topic: dict[bytes, bytes] = {}
    fold = Fold(SHORT_POLICY)
    for output in (output for done in fold.run(log) for output in done.outputs):
        if output.channel == "enforcement":
            topic[output.key] = output.value
        elif output.channel == "forgotten":
            del topic[output.key]
    told = {key: msgspec.json.decode(value, type=Transition) for key, value in topic.items()}
    kept = {
        key: msgspec.json.decode(value, type=EnforcementEntry) for key, value in fold.stored()["enforcement"].items()
    }
    assert {key: (found.state, found.epoch, found.reason) for key, found in told.items() if found.act != "appeal"} == {
        key: (entry.state, entry.epoch, entry.reason) for key, entry in kept.items() if told[key].act != "appeal"
    }
    assert told.keys() == kept.keys()


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
    return [found for found in _changes(log) if isinstance(found, Transition)]


def _changes(log: list[Record]) -> Iterator[Transition | Forgotten]:
    for output in (output for done in Fold(SHORT_POLICY).run(log) for output in done.outputs):
        if output.channel == "enforcement":
            yield msgspec.json.decode(output.value, type=Transition)
        elif output.channel == "forgotten":
            yield msgspec.json.decode(output.value, type=Forgotten)
