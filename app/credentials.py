"""How Faust's own clients are told to reach Kafka; beside `app.bus`, which the sidecar imports without Faust."""

from faust.auth import SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT

from app.bus.connection import tls
from app.settings import KafkaSettings


def faust_credentials(settings: KafkaSettings) -> CredentialsT | None:
    """Return what goes into the Faust setting `broker_credentials`.

    >>> faust_credentials(KafkaSettings()) is None
    True
    >>> faust_credentials(KafkaSettings(security_protocol="SASL_PLAINTEXT", sasl_username="alice"))
    <SASLCredentials: username=alice>
    """
    context = tls(settings)
    if "SASL" in settings.security_protocol:
        return SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value() if settings.sasl_password else None,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    return SSLCredentials(context) if context else None
