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
    partitions,
    readings,
    repeats,
    resources,
    sources,
    statements,
)  # fmt: skip

TABLES = tuple(
    module.TABLE
    for module in (
        agents,
        resources,
        conversations,
        repeats,
        incidents,
        enforcement,
        fleets,
        sources,
        partitions,
        conduct,
        dealings,
        groups,
        statements,
        readings,
    )
)
