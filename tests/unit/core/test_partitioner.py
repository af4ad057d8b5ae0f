"""Fleets live where every client with the standard partitioner puts their key (design decision 2)."""

import pytest
from aiokafka.partitioner import DefaultPartitioner, murmur2
from hypothesis import given
from hypothesis import strategies as st

from app.core.partitioner import home

JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""org.apache.kafka.common.utils.UtilsTest.testMurmur2, for Utils.murmur2 as a signed 32-bit integer."""


@pytest.mark.parametrize(("key", "signed"), JAVA.items())
def test_the_hash_is_that_of_the_java_client(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed & 0xFFFFFFFF
    assert home(key.decode(), 1000) == (signed & 0x7FFFFFFF) % 1000


@given(st.text(min_size=1, max_size=40), st.integers(1, 64))
def test_a_fleets_home_is_where_producers_send_it(fleet: str, partitions: int) -> None:
    numbers = list(range(partitions))
    assert home(fleet, partitions) == DefaultPartitioner()(fleet.encode(), numbers, numbers)


@given(st.text(max_size=40))
def test_the_hash_is_murmur2(text: str) -> None:
    """Against a second implementation, word by word from the reference."""
    assert murmur2(text.encode()) == _reference(text.encode())


def _reference(data: bytes) -> int:
    mask, mixer = 0xFFFFFFFF, 0x5BD1E995
    state = 0x9747B28C ^ len(data)
    whole = len(data) // 4 * 4
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * mixer & mask
        word = (word ^ word >> 24) * mixer & mask
        state = (state * mixer & mask) ^ word
    if len(data) > whole:
        state = (state ^ int.from_bytes(data[whole:], "little")) * mixer & mask
    state = (state ^ state >> 13) * mixer & mask
    return state ^ state >> 15
