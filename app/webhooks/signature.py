"""Signing what is sent: the scheme of Standard Webhooks (standardwebhooks.com, version 1)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from app.errors import RingfenceError
from app.settings import WebhookSettings
from app.webhooks.event import Event


class SecretError(RingfenceError):
    """A secret that cannot sign."""


class Signer:
    """Signs with a secret, and with the one before it while receivers change over.

    >>> signer = Signer(["whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"])
    >>> event = Event("system-alerts-0-7", "alert.opened", "north", b"{}")
    >>> headers = signer.headers(event, 1_700_000_000)
    >>> headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"][:3]
    ('system-alerts-0-7', '1700000000', 'v1,')
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        try:
            self._secrets = [Webhook(secret) for secret in secrets]
        except (ValueError, RuntimeError) as error:
            raise SecretError("a webhook's secret must be whsec_ and base64: `openssl rand -base64 32`") from error

    def headers(self, event: Event, now_s: int) -> Mapping[str, str]:
        """The headers of an attempt at `now_s` (seconds since the epoch): HMAC-SHA256 over id.timestamp.body."""
        now, body = datetime.fromtimestamp(now_s, UTC), event.body.decode()
        return {
            "webhook-id": event.id,
            "webhook-timestamp": str(now_s),
            "webhook-signature": " ".join(secret.sign(event.id, now, body) for secret in self._secrets),
        }


def signer_of(settings: WebhookSettings) -> Signer:
    """The signer of an endpoint. Raises SecretError."""
    secrets = [settings.secret] if settings.old_secret is None else [settings.secret, settings.old_secret]
    return Signer([secret.get_secret_value() for secret in secrets])
