"""The worker's tables, one file each."""

from tables import (
    agents,
    conduct,
    conversations,
    dealings,
    enforcement,
    fleets,
    groups,
    incidents,
    latencies,
    loads,
    partitions,
    readings,
    repeats,
    resources,
    rhythms,
    sources,
    spread,
    statements,
    trees,
    troubles,
)  # fmt: skip

TABLES = tuple(
    module.TABLE
    for module in (
        agents, resources, conversations, repeats, incidents, enforcement,
        spread, trees, rhythms, latencies, loads, troubles,
        conduct, dealings, groups, statements, readings,
        fleets, sources, partitions,
    )
)  # fmt: skip
