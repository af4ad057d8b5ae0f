"""OPS-2: a real Valkey that keeps its data."""

from pathlib import Path

import redis

from app.embedded.valkey import ValkeyServer


def test_it_keeps_its_url_and_its_data_over_restarts(tmp_path: Path) -> None:
    with ValkeyServer(tmp_path) as server:
        url = server.url
        with redis.Redis.from_url(url) as client:
            client.set("trust", "100")
        server.stop()
        assert not server.running
        server.start()
        assert server.url == url
        with redis.Redis.from_url(url) as client:
            assert client.get("trust") == b"100"
