"""When the mirror looks for policies again (REDIS-1)."""

import pytest

from app.core.entries import FleetEntry, PartitionEntry
from app.core.policy import Policy
from app.events import Decision
from app.mirror.policies import PolicyBook


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
