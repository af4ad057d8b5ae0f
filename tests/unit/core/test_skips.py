"""Skips: a signed word that a position must not be folded (design decision 2)."""

import pytest

from app.core.commands import EnrollKey, Skip
from app.core.skips import SignedSkip, read_skips
from app.events import Header
from tests.unit.core.folding import Fold, dead_letter, decision
from tests.unit.core.records import PARTITION, Record, Signer, genesis, message

OPERATOR, WORKER, MALLORY = Signer("operator"), Signer("worker"), Signer("mallory")


def _log() -> list[Record]:
    enroll = EnrollKey(partition=PARTITION, name="worker", public_key=WORKER.public_key, role="worker")
    operator = Signer("operator")
    commands = [operator.sign(genesis(operator)), operator.sign(enroll)]
    head = [Record(offset, value, headers) for offset, (value, headers) in enumerate(commands)]
    return [*head, *(Record(offset, message(content={"n": offset})) for offset in range(2, 8))]


def _skips(signer: Signer, first: int, last: int, partition: int = PARTITION) -> list[SignedSkip]:
    skip = Skip(partition=partition, first=first, last=last, reason="it ended the process")
    value, headers = signer.sign(skip)
    return read_skips([Record(0, value, headers)], PARTITION)


@pytest.mark.parametrize("signer", [OPERATOR, WORKER], ids=lambda signer: signer.name)
def test_a_skipped_position_is_a_dead_letter_with_the_skips_reason(signer: Signer) -> None:
    fold = Fold(skips=_skips(signer, 3, 4))
    done = fold.run(_log())
    for skipped in done[3:5]:
        assert (dead_letter(skipped).error, dead_letter(skipped).reason) == ("Skipped", "it ended the process")
    assert [decision(step).kind for step in (done[2], *done[5:])] == ["message"] * 4


def test_a_skip_of_a_stranger_skips_nothing() -> None:
    assert decision(Fold(skips=_skips(MALLORY, 3, 4)).run(_log())[3]).kind == "message"


def test_a_skip_of_another_partition_is_not_read() -> None:
    assert _skips(OPERATOR, 3, 4, PARTITION + 1) == []


def test_a_forged_skip_skips_nothing() -> None:
    forged = [SignedSkip(skip.skip, skip.value + b" ", skip.signature) for skip in _skips(OPERATOR, 3, 4)]
    assert decision(Fold(skips=forged).run(_log())[3]).kind == "message"


@pytest.mark.parametrize(
    "value", [None, b"", b"no", b"\xff", b"[" * 100_000, b'{"command":"skip","partition":0,"first":-1,"last":2}']
)
def test_what_is_no_skip_is_left_out(value: bytes | None) -> None:
    """Whoever may write to the topic of skips must not be able to stop the workers."""
    assert read_skips([Record(0, value, ((Header.CONTROL, b"skip"),))], PARTITION) == []


def test_a_skip_has_no_effect_before_its_signers_key_is_enrolled() -> None:
    assert decision(Fold(skips=_skips(WORKER, 1, 1)).run(_log())[1]).kind == "control"
