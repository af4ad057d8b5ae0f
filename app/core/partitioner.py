"""Which partition is a fleet's home: what every client with the standard partitioner computes for its key."""

from functools import lru_cache

from aiokafka.partitioner import murmur2


@lru_cache(maxsize=65_536)
def home(fleet: str, partitions: int) -> int:
    """The home partition of a fleet (murmur2 of the UTF-8 key, as org.apache.kafka's DefaultPartitioner).

    >>> home("default", 8)
    3
    """
    positive: int = murmur2(fleet.encode()) & 0x7FFFFFFF
    return positive % partitions
