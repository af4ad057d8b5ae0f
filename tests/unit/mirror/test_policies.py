"""REDIS-1: scores follow the policies in force, which are looked up once for each that is new."""

import pytest

from app.core.entries import FleetEntry, PartitionEntry
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


@pytest.mark.parametrize(
    ("fleet", "version", "outdated"),
    [
        ("north", 9, False), ("north", 10, True), ("south", 2, False), ("south", 3, True), (None, 2, False),
        (None, 3, True),
    ],
)  # fmt: skip
def test_a_commands_decision_tells_of_the_policy_of_whom_it_addresses(
    fleet: str | None, version: int, *, outdated: bool
) -> None:
    own, all_others = FleetEntry(clock=0, policy=Policy(version=9)), PartitionEntry(policy=Policy(version=2))
    book = PolicyBook({("north",): own}, {(0,): all_others})
    book.note(Decision(0, "control", fleet, None, None, None, policy_version=version), partition=0)
    assert book.outdated is outdated
