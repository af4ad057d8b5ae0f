"""An endpoint of one's own for each test; it must have had no request that a strict endpoint would refuse."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.analyst.endpoint_server import EndpointServer


@pytest.fixture
async def server() -> AsyncIterator[EndpointServer]:
    async with EndpointServer() as server:
        yield server
    assert server.problems == []
