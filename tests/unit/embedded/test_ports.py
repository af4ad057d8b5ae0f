"""OPS-2: free ports."""

import socket

import pytest

from app.embedded import ports
from app.embedded.errors import PortTakenError


def test_a_port_in_use_is_not_free_and_says_so() -> None:
    with socket.create_server((ports.HOST, 0)) as server:
        taken = server.getsockname()[1]
        assert not ports.is_free(taken)
        with pytest.raises(PortTakenError, match=f"port {taken} for Kafka is taken"):
            ports.demand(taken, "Kafka")


def test_a_free_port_lies_below_the_range_of_clients() -> None:
    assert all(ports.free_port() in ports.RANGE for _ in range(50))
