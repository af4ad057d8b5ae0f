"""The worker's tables, one file each."""

from tables import (
    agents,
    conversations,
    enforcement,
    fleets,
    hop_chunks,
    hops,
    incidents,
    partitions,
    repeats,
    resources,
    sources,
)  # fmt: skip

TABLES = tuple(
    module.TABLE
    for module in (
        agents, resources, conversations, repeats, incidents, enforcement, hops, hop_chunks,
        fleets, sources, partitions,
    )  # fmt: skip
)
