"""What tests append to the raw topic: simulated fleets, with some disorder mixed in."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

import msgspec

from app.core.partitioner import home
from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate

_encode = msgspec.json.Encoder().encode


class Post(NamedTuple):
    """A record to append. Without a partition its key decides."""

    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class Disorder(NamedTuple):
    """Shares of records, 0..1, that are not as they should be."""

    misplaced: float = 0.01
    repeated: float = 0.01
    broken: float = 0.005


ORDERLY = Disorder(0.0, 0.0, 0.0)


def posts(
    fleets: int = 24, seed: int = 0, partitions: int = 8, disorder: Disorder = ORDERLY, scenario: str = "conflict"
) -> Iterator[Post]:
    """Messages of simulated fleets, without end."""
    random = Random(seed)
    for event in simulate(Plan(scenario, fleets=fleets, agents=8, seed=seed, rate=1000.0)):
        if isinstance(event, AgentMessage):
            yield from _disordered(_post(event), random, partitions, disorder)


def _post(message: AgentMessage) -> Post:
    assert message.fleet is not None
    return Post(message.fleet.encode(), _encode(message))


def _disordered(post: Post, random: Random, partitions: int, disorder: Disorder) -> Iterator[Post]:
    assert post.key is not None
    if random.random() < disorder.misplaced:
        post = post._replace(partition=(home(post.key.decode(), partitions) + 1) % partitions)
    yield post
    if random.random() < disorder.repeated:
        yield post
    if random.random() < disorder.broken:
        yield post._replace(value=b"broken " + (post.value or b""))


def labelled(post: Post, **fields: object) -> Post:
    """The same message with other fields."""
    known: Mapping[str, object] = msgspec.json.decode(post.value or b"{}")
    return post._replace(value=_encode({**known, **fields}))
