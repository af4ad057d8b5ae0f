"""The worker's tables, one file each."""

from tables import (
    agents,
    conversations,
    latencies,
    loads,
    enforcement,
    fleets,
    incidents,
    partitions,
    repeats,
    resources,
    rhythms,
    sources,
    spread,
    trees,
    troubles,
)  # fmt: skip

TABLES = tuple(
    module.TABLE
    for module in (
        agents, resources, conversations, repeats, incidents, enforcement,
        spread, trees, rhythms, latencies, loads, troubles, fleets, sources, partitions,
    )
)  # fmt: skip
