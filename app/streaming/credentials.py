"""Faust's own words for how to reach Kafka."""

from faust.auth import SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT, SASLMechanism

from app.bus.connection import tls
from app.settings import KafkaSettings


def credentials(settings: KafkaSettings) -> CredentialsT | None:
    """Return the `broker_credentials` of a Faust app; None in plain text.

    >>> credentials(KafkaSettings()) is None
    True
    """
    if "SASL" in settings.security_protocol:
        return _sasl(settings)
    context = tls(settings)
    return None if context is None else SSLCredentials(context)


def _sasl(settings: KafkaSettings) -> SASLCredentials:
    password = settings.sasl_password.get_secret_value() if settings.sasl_password else ""
    return SASLCredentials(
        username=settings.sasl_username,
        password=password,
        ssl_context=tls(settings),
        mechanism=SASLMechanism(settings.sasl_mechanism),
    )
