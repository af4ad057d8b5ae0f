"""The worker's tables, one file each."""

from tables import (
    agents,
    conversations,
    detection,
    enforcement,
    fleets,
    graph,
    incidents,
    partitions,
    repeats,
    resources,
    sources,
)  # fmt: skip

TABLES = tuple(
    module.TABLE
    for module in (
        agents, resources, conversations, repeats, incidents, enforcement, detection, graph,
        fleets, sources, partitions,
    )
)  # fmt: skip
