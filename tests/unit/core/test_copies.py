"""A misplaced record is decided at its home, once (design decision 2, QUAR-7)."""

from tests.unit.core.folding import Fold, Log, decision
from tests.unit.core.records import ELSEWHERE, PARTITION, PARTITIONS, Record, Signer, genesis, message


def test_a_misplaced_record_is_forwarded_as_it_is_and_changes_no_score() -> None:
    log = Log(commanded=True)
    done = log.say("ann", "response", content={"error": "no"}, fleet=ELSEWHERE)
    assert [output.channel for output in done.outputs] == ["decisions", "forward"]
    assert decision(done).kind == "forwarded"
    assert done.outputs[1].key == ELSEWHERE.encode()
    assert log.fold.stored()["agents"] == {}


def test_a_misplaced_record_that_its_spool_repeats_is_forwarded_once() -> None:
    log = Log(commanded=True)
    headers = (("ringfence-source", b"s"), ("ringfence-source-sequence", b"1"))
    kinds = [decision(log.append(message(fleet=ELSEWHERE), headers)).kind for _ in range(2)]
    assert kinds == ["forwarded", "duplicate"]


def test_a_copy_counts_by_its_origin_whatever_its_spools_number_says() -> None:
    """The number rises at the spool's partition, not at the copy's."""
    fold, operator = Fold(), Signer("operator")
    fold.step(Record(0, *operator.sign(genesis(operator))))
    value = message()
    spooled = (("ringfence-source", b"s"), ("ringfence-source-sequence", b"1"))
    for offset in (1, 2):
        origin = Record(offset, value, partition=(PARTITION + 1) % PARTITIONS)
        done = fold.step(Record(offset, value, (*spooled, *operator.sign_copy(origin))))
        assert decision(done).kind == "message"
