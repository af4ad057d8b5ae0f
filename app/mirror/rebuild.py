"""Rebuilding the mirror beside itself: from the committed tables, while it is read and written, then one switch.

From `begin` on every record that the sink writes of a fleet goes into both. The tables are read after that, so what
the sink wrote before stands in them; what is written twice is compared as ever. The history is no part of a rebuild:
no table holds it.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence

import msgspec

from app.bus.envelope import Envelope
from app.errors import RingfenceError
from app.mirror.store import MirrorStore
from app.mirror.updates import Policies, Updates

LEASE_MS = 15 * 60 * 1000
_BATCH = 1_000


class RebuildError(RingfenceError):
    """The mirror is as it was."""


class Tables(msgspec.Struct, frozen=True):
    """The committed tables, as of now.

    `agents` and `enforcement` are the latest records of each key, deletions too: late writers must find something to be
    compared with. `topic` is that of the agents' changelog, `log` its id.
    """

    topic: str
    log: str
    agents: Sequence[Envelope]
    enforcement: Sequence[Envelope]
    policies: Policies


async def rebuild(
    store: MirrorStore,
    fleets: Iterable[str],
    read: Callable[[], Tables],
    tell: Callable[[int, int], None] = lambda *_: None,
) -> None:
    """Rebuild these fleets.

    Args:
        store: where to.
        fleets: which; one that the tables do not know loses its keys, and stays in the list of fleets.
        read: reads the tables; called after all that is written goes into both.
        tell: gets how many agents are written, and of how many.

    Raises:
        RebuildError: it took longer than its lease, or another one has begun.

    """
    names, token = sorted(set(fleets)), uuid.uuid4().hex
    for fleet in names:
        await store.begin(fleet, token, LEASE_MS)
    await _write(store, _updates(read(), set(names)), tell)
    for fleet in names:
        if not await store.switch(fleet, token):
            raise RebuildError(f"{fleet}: another rebuild has begun, or this one took over {LEASE_MS // 60_000} min")


def _updates(tables: Tables, fleets: set[str]) -> Updates:
    updates = Updates({tables.topic: tables.log})
    updates.table(tables.topic, tables.agents, tables.policies)
    updates.transitions(tables.enforcement)
    updates.agents = {key: update for key, update in updates.agents.items() if key[0] in fleets}
    return updates


async def _write(store: MirrorStore, updates: Updates, tell: Callable[[int, int], None]) -> None:
    agents = list(updates.agents.items())
    for start in range(0, len(agents), _BATCH):
        updates.agents = dict(agents[start : start + _BATCH])
        await store.apply(updates, "next")
        tell(min(start + _BATCH, len(agents)), len(agents))
