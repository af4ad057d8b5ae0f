"""A real Valkey for the tests of the mirror; each test or example has a prefix of its own."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from app.embedded.valkey import ValkeyServer
from app.settings import RedisSettings


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with ValkeyServer(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def fresh_settings(valkey: ValkeyServer) -> Callable[[], RedisSettings]:
    return lambda: RedisSettings(url=SecretStr(valkey.url), prefix=f"test-{uuid.uuid4().hex[:8]}")
