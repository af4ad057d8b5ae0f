"""STREAM-3, T10: the partitions of a log become one sequence, and keep what was before and after a command."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.archive.repartition.merge import merge
from app.archive.repartition.survey import Survey
from app.bus.envelope import Envelope
from app.bus.issuer import Issuer
from app.core.commands import AnyCommand, SetPolicy, Tick
from app.topics import RAW

OPERATOR = Issuer("operator", Ed25519PrivateKey.generate())


def said(partition: int, offset: int, timestamp: int) -> Envelope:
    return Envelope(RAW.name, partition, offset, timestamp, None, b"{}", [])


def policy(version: int, partition: int, offset: int, timestamp: int) -> Envelope:
    command = SetPolicy(partition=partition, policy=msgspec.Raw(b'{"version":%d}' % version))
    return commanded(command, offset, timestamp)


def commanded(command: AnyCommand, offset: int, timestamp: int) -> Envelope:
    assert command.partition is not None
    value, headers = OPERATOR.sign(command)
    return Envelope(RAW.name, command.partition, offset, timestamp, None, value, headers)


def merged(*logs: list[Envelope]) -> list[tuple[int, int]]:
    survey = Survey()
    for log in logs:
        for record in log:
            survey.read(record)
    partitions = {log[0].partition: iter(log) for log in logs}
    return [(record.partition, record.offset) for record in merge(partitions, survey)]


def test_records_come_by_time() -> None:
    assert merged([said(0, 0, 1), said(0, 1, 5)], [said(1, 0, 2), said(1, 1, 4)]) == [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_a_partition_keeps_its_order_whatever_its_timestamps() -> None:
    assert merged([said(0, 0, 9), said(0, 1, 1)], [said(1, 0, 5)]) == [(1, 0), (0, 0), (0, 1)]


def test_a_command_to_all_is_given_once_after_what_came_before_it_anywhere() -> None:
    """Partition 1 had the policy later: what it said meanwhile was decided without it."""
    first = [policy(1, 0, 0, 10), said(0, 1, 11)]
    second = [said(1, 0, 12), policy(1, 1, 1, 20), said(1, 2, 21)]
    assert merged(first, second) == [(1, 0), (0, 0), (0, 1), (1, 2)]


def test_the_same_command_given_twice_is_given_twice() -> None:
    first = [policy(1, 0, 0, 10), policy(1, 0, 1, 30)]
    second = [policy(1, 1, 0, 11), policy(1, 1, 1, 31)]
    assert merged(first, second) == [(0, 0), (0, 1)]


def test_a_partition_without_the_command_is_not_waited_for() -> None:
    assert merged([policy(1, 0, 0, 10), said(0, 1, 11)], [said(1, 0, 50)]) == [(0, 0), (0, 1), (1, 0)]


def test_commands_that_crossed_do_not_wait_for_ever() -> None:
    first = [policy(1, 0, 0, 10), policy(2, 0, 1, 20), said(0, 2, 21)]
    second = [policy(2, 1, 0, 11), policy(1, 1, 1, 19), said(1, 2, 22)]
    assert merged(first, second) == [(0, 0), (1, 0), (0, 2), (1, 2)]


@pytest.mark.parametrize("value", [b"", b"no command"])
def test_ticks_are_told_by_their_header(value: bytes) -> None:
    tick = commanded(Tick(partition=0), 0, 1)
    assert merged([msgspec.structs.replace(tick, value=value)]) == [(0, 0)]
