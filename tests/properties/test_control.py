"""Only signed, addressed, fresh commands of enrolled keys with the right role have effects (design decision 1)."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.commands import Command, EnrollKey, Quarantine, Release, RevokeKey, SetEngine, SetPolicy, Skip, Tick
from app.core.entries import IssuerKey
from app.events import Header
from tests.properties.fold_logs import FLAWS, Draft, Flaw, Writer, commands, drafts, garbage, logs, says, write
from tests.unit.core.folding import Fold, Log, dead_letter, decision
from tests.unit.core.records import PARTITION, PARTITIONS, Record, Signer, genesis, message

fast = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
CLASSES: dict[Flaw, set[str]] = {
    "forged": {"BadSignature"},
    "copied": {"Copied"},
    "misdirected": {"Misdirected"},
    "unsigned": {"Unsigned"},
    "wrong role": {"NotAllowed"},
    "unknown issuer": {"UnknownIssuer"},
}


@fast
@given(st.lists(st.one_of(says(), commands(flaws=("none",))), max_size=15), st.sampled_from(FLAWS), st.data())
def test_a_flawed_command_is_a_dead_letter_that_says_why(past: list[Draft], flaw: Flaw, data: st.DataObject) -> None:
    """Forged, copied, misdirected, unsigned, of the wrong role, of a stranger: each by its class."""
    log = write([*past, data.draw(commands(flaws=(flaw,)))])
    fold = Fold()
    done = fold.run(log)[-1]
    revoked = {"UnknownIssuer"} if "operator" not in fold.state.partition.keys else set()
    assert dead_letter(done).error in CLASSES[flaw] | revoked


@fast
@given(st.lists(st.one_of(says(), commands(flaws=FLAWS), garbage()), max_size=30))
def test_no_command_but_a_valid_one_ever_has_effects(past: list[Draft]) -> None:
    """Keys, policies and enforcement stand as the first two records left them; only numbers are used up."""
    fold = Fold()
    log = write(past)
    fold.run(log[:2])
    keys = _without_sequences(fold.state.partition.keys)
    for done in fold.run(log[2:]):
        assert all(output.channel != "decisions" or decision(done).kind != "control" for output in done.outputs)
    assert _without_sequences(fold.state.partition.keys) == keys
    assert fold.state.partition.policy.version == 0


def _without_sequences(keys: Mapping[str, IssuerKey]) -> dict[str, IssuerKey]:
    return {name: msgspec.structs.replace(key, sequence=0) for name, key in keys.items()}


@fast
@given(logs)
def test_an_operator_is_always_left(log: list[Record]) -> None:
    """The last operator can be neither revoked nor made a worker."""
    fold = Fold()
    fold.run(log)
    assert any(key.role == "operator" for key in fold.state.partition.keys.values())


@fast
@given(logs)
def test_a_log_that_is_appended_to_itself_commands_nothing_twice(log: list[Record]) -> None:
    """A copy of any command, however old and whatever was revoked or enrolled since, is refused."""
    fold = Fold()
    fold.run(log)
    for record in log:
        again = msgspec.structs.replace(record, offset=fold.state.partition.next_offset)
        done = fold.step(again)
        if Header.CONTROL in dict(record.headers):
            assert [output.channel for output in done.outputs] == ["dead-letters"]


WORKER_MAY_NOT: list[Command] = [
    EnrollKey(partition=PARTITION, name="mallory", public_key=bytes(32), role="operator"),
    RevokeKey(partition=PARTITION, name="operator"),
    SetPolicy(partition=PARTITION, policy=msgspec.Raw(b'{"version":9}')),
    SetEngine(partition=PARTITION, version=2),
    Quarantine(fleet="north", agent_id="ann", reason="because"),
    Release(fleet="north", agent_id="ann", reason="because"),
]


@pytest.mark.parametrize("command", WORKER_MAY_NOT, ids=lambda command: type(command).__name__)
def test_a_worker_may_only_tick_and_skip(command: Command) -> None:
    log = write([Draft(0, lambda writer: writer.worker.sign(command))])
    assert dead_letter(Fold().run(log)[-1]).error == "NotAllowed"


def test_a_worker_may_tick() -> None:
    log = write([Draft(0, lambda writer: writer.worker.sign(Tick(partition=PARTITION)))])
    assert decision(Fold().run(log)[-1]).kind == "control"


@pytest.mark.parametrize("signer", ["operator", "worker"])
def test_a_skip_has_no_place_on_the_log(signer: str) -> None:
    skip = Skip(partition=PARTITION, first=0, last=9, reason="no")
    log = write([Draft(0, lambda writer: getattr(writer, signer).sign(skip))])
    assert dead_letter(Fold().run(log)[-1]).error == "InvalidCommand"


@fast
@given(st.lists(drafts, min_size=1, max_size=10))
def test_genesis_is_only_the_first_record(past: list[Draft]) -> None:
    """Whatever stands first, a key cannot enroll itself behind it."""
    mallory = Signer("mallory")
    late = Draft(0, lambda _: mallory.sign(genesis(mallory)))
    log = write([*past, late], commanded=False)
    done = Fold().run(log)[-1]
    assert dead_letter(done).error == "UnknownIssuer"


@pytest.mark.parametrize(
    "command",
    [
        EnrollKey(partition=PARTITION, name="operator", public_key=bytes(32), role="worker", partitions=PARTITIONS),
        EnrollKey(partition=PARTITION, name="operator", public_key=bytes(32), role="operator"),
    ],
)
def test_genesis_says_an_operator_and_the_number_of_partitions(command: EnrollKey) -> None:
    operator = Signer("operator")
    command = msgspec.structs.replace(command, public_key=operator.public_key)
    value, headers = operator.sign(command)
    assert dead_letter(Fold().step(Record(0, value, headers))).error == "InvalidCommand"


def test_a_revoked_key_that_is_enrolled_again_does_not_revive_its_old_commands() -> None:
    """Its sequence goes on where it was, not at 0."""
    writer = Writer()
    worker = writer.worker
    enroll = EnrollKey(partition=PARTITION, name="worker", public_key=worker.public_key, role="worker")
    tick = worker.sign(Tick(partition=PARTITION))
    steps = [
        writer.command(genesis(writer.operator)), writer.command(enroll), tick,
        writer.command(RevokeKey(partition=PARTITION, name="worker")), writer.command(enroll), tick,
    ]  # fmt: skip
    log = [Record(offset, value, headers) for offset, (value, headers) in enumerate(steps)]
    done = Fold().run(log)
    assert decision(done[2]).kind == "control"
    assert dead_letter(done[5]).error == "Copied"


def test_the_last_operator_cannot_make_itself_a_worker() -> None:
    demote = EnrollKey(partition=PARTITION, name="operator", public_key=Signer("operator").public_key, role="worker")
    done = Fold().run(write([Draft(0, lambda writer: writer.command(demote))]))[-1]
    assert dead_letter(done).error == "LastOperator"


def test_a_command_copied_to_another_fleets_partition_is_misdirected() -> None:
    """Design decision 1: a command addresses one fleet or one partition."""
    command = Quarantine(fleet="north", agent_id="ann", reason="because")
    log = write([Draft(0, lambda writer: writer.command(command))])
    moved = [msgspec.structs.replace(record, partition=(PARTITION + 1) % PARTITIONS) for record in log]
    assert dead_letter(Fold().run(moved)[-1]).error in {"Misdirected", "UnknownIssuer"}


copies = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(("forward", "redriven"))), max_size=25)


@fast
@given(copies)
def test_copies_count_once_by_their_origin(places: list[tuple[int, str]]) -> None:
    """Design decision 2: forwarded ones as the log of their partition has them, redriven ones in any order."""
    writer, fold = Writer(), Fold()
    other = (PARTITION + 1) % PARTITIONS
    fold.run(write([]))
    seen: set[tuple[str, int]] = set()
    for place, reason in places:
        value = message("ann", content={"n": place})
        signer = writer.worker if reason == "forward" else writer.operator
        headers = signer.sign_copy(Record(place, value, partition=other), reason)
        done = fold.step(Record(fold.state.partition.next_offset, value, headers))
        before = max((at for why, at in seen if why == "forward"), default=-1) if reason == "forward" else -1
        fresh = place > before and (reason, place) not in seen
        assert decision(done).kind == ("message" if fresh else "duplicate")
        seen.add((reason, place))


@fast
@given(st.lists(st.integers(0, 9), max_size=25))
def test_a_spools_repeats_are_told_exactly(numbers: list[int]) -> None:
    """Design decision 2: without a window."""
    fold, highest = Fold(), -1
    for offset, number in enumerate(numbers):
        headers = ((Header.SOURCE, b"spool"), (Header.SOURCE_SEQUENCE, b"%d" % number))
        done = fold.step(Record(offset, message("ann", content={"n": number}), headers))
        assert decision(done).kind == ("message" if number > highest else "duplicate")
        highest = max(highest, number)


def test_a_copy_of_a_refused_command_stays_refused() -> None:
    """QUAR-4: a release that came too early must not be played again once it would succeed."""
    log = Log(commanded=True)
    release = log.operator.sign(Release(fleet="north", agent_id="ann", reason="sorry"))
    quarantine = log.operator.sign(Quarantine(fleet="north", agent_id="ann", reason="because"))
    early, contain, copied = log.append(*release), log.append(*quarantine), log.append(*release)
    assert dead_letter(early).error == "NotContained"
    assert decision(contain).kind == "control"
    assert dead_letter(copied).error == "Copied"
