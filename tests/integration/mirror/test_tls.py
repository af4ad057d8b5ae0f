"""REDIS-2: a Redis behind TLS is reached with its authority's certificate, and not without."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.exceptions import RedisError

from app.embedded.ports import HOST
from app.embedded.valkey import ValkeyServer
from app.mirror.client import connect
from app.settings import RedisSettings
from tests.integration.embedded.certificates import Certificates, make


@asynccontextmanager
async def _tls_before(valkey: ValkeyServer, certificates: Certificates) -> AsyncIterator[int]:
    """A TLS endpoint before a Valkey, whose package is built without TLS; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.broker)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = int(valkey.url.split(":")[-1].split("/")[0])
        inner_reader, inner_writer = await asyncio.open_connection(HOST, port)
        await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer), return_exceptions=True)

    async with await asyncio.start_server(join, HOST, 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def test_the_authority_of_the_settings_decides(valkey: ValkeyServer, tmp_path: Path) -> None:
    certificates = make(tmp_path)
    async with _tls_before(valkey, certificates) as port:
        url = f"rediss://{HOST}:{port}/0"
        async with connect(RedisSettings(url=SecretStr(f"{url}?ssl_ca_certs={certificates.authority}"))) as redis:
            assert await redis.ping()
        async with connect(RedisSettings(url=SecretStr(url))) as redis:
            with pytest.raises(RedisError, match="certificate verify failed"):
                await redis.ping()
