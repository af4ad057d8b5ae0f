"""How the mirror reaches Redis or Valkey; `rediss://` in the settings' URL is TLS."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.settings import RedisSettings

PASSING: tuple[type[Exception], ...] = (RedisError, OSError)
"""Errors after which the same call may succeed."""


def connect(settings: RedisSettings) -> Redis:
    """A pool of connections with time limits. It does not try again by itself: the breaker has to see every failure."""
    return Redis.from_url(
        settings.url.get_secret_value(),
        socket_timeout=settings.timeout_s,
        socket_connect_timeout=settings.timeout_s,
        retry=Retry(NoBackoff(), 0),
        client_name="ringfence-mirror",
    )
