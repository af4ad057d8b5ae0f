"""REDIS-1: scores follow the policies in force, which are looked up once for each that is new."""

from app.core.entries import PartitionEntry
from app.core.policy import Policy
from app.events import Decision
from app.mirror.policies import PolicyBook


def _book(version: int) -> PolicyBook:
    return PolicyBook({}, {(0,): PartitionEntry(policy=Policy(version=version))})


def _decided(version: int) -> Decision:
    return Decision(7, "message", "north", "ann", 100.0, 100.0, policy_version=version)


def test_a_policy_that_was_withdrawn_is_looked_up_once() -> None:
    book = _book(1)
    book.note(_decided(2), 0)
    assert book.outdated
    book = book.renewed(_book(1))
    book.note(_decided(2), 0)
    assert not book.outdated


def test_what_was_looked_up_and_found_is_not_remembered() -> None:
    book = _book(0)
    for version in range(1, 100):
        book.note(_decided(version), 0)
        assert book.outdated
        book = book.renewed(_book(version))
    assert not book._looked_up
