"""The worker's tables, one file each."""

from tables import (
    agents,
    conversations,
    councils,
    enforcement,
    fleets,
    incidents,
    partitions,
    repeats,
    resources,
    sources,
    stakes,
)  # fmt: skip

TABLES = tuple(
    module.TABLE
    for module in (
        agents, resources, conversations, repeats, incidents, enforcement, fleets, sources, partitions, stakes,
        councils,
    )
)  # fmt: skip
