"""How large the measurements are: a few minutes in all, or the full size."""

import msgspec

from tests.benchmarks.outages import OUTAGES


class Sizes(msgspec.Struct, frozen=True):
    """Counts are records, `_s` are seconds."""

    rounds: int
    """How often each contestant runs; they take turns."""
    faust: int
    quix: int
    fast: int
    """Records for the contestants that take tens of thousands a second."""
    fold: int
    """Messages measured in the fold alone."""
    fleet_sizes: tuple[int, ...]
    """Agents of the fleets that are folded."""
    worker: int
    """Messages for the whole worker."""
    changelog: int
    faust_changelog: int
    latency_s: float
    kills: int
    condemned: int
    """Agents that are quarantined while the doors are watched."""
    pairs: int
    """Runs with and without what is measured, taking turns."""
    pair_s: float
    """How long each of them is."""
    outages: tuple[str, ...]
    """Of what lies outside."""
    burst: int
    """Messages that wait at once while it is out."""
    rulings: int
    """Requests to each door."""
    agents: int
    """Agents whose memory is measured; given for 100,000."""


QUICK = Sizes(
    rounds=2,
    faust=20_000,
    quix=60_000,
    fast=400_000,
    fold=8_000,
    fleet_sizes=(100, 1_000, 10_000),
    worker=60_000,
    changelog=300_000,
    faust_changelog=30_000,
    latency_s=10,
    kills=4,
    condemned=50,
    pairs=4,
    pair_s=2,
    outages=("all hang",),
    burst=6_000,
    rulings=10_000,
    agents=20_000,
)
FULL = Sizes(
    rounds=5,
    faust=60_000,
    quix=200_000,
    fast=1_500_000,
    fold=20_000,
    fleet_sizes=(100, 1_000, 10_000, 100_000),
    worker=300_000,
    changelog=1_000_000,
    faust_changelog=100_000,
    latency_s=30,
    kills=20,
    condemned=200,
    pairs=10,
    pair_s=6,
    outages=tuple(OUTAGES),
    burst=20_000,
    rulings=50_000,
    agents=100_000,
)
