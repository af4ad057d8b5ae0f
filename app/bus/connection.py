"""How each of the three clients is told to reach Kafka: one settings object, only its values differ."""

import ssl
from typing import TypedDict

from app.settings import KafkaSettings


class AiokafkaArguments(TypedDict, total=False):
    """Keyword arguments that `aiokafka`'s producer, consumer and admin client have in common."""

    bootstrap_servers: str
    security_protocol: str
    ssl_context: ssl.SSLContext
    sasl_mechanism: str
    sasl_plain_username: str
    sasl_plain_password: str


def confluent(settings: KafkaSettings) -> dict[str, str | int | bool]:
    """Return the configuration of `confluent_kafka` clients.

    >>> confluent(KafkaSettings(bootstrap="b:1"))
    {'bootstrap.servers': 'b:1', 'security.protocol': 'PLAINTEXT'}
    """
    config: dict[str, str | int | bool] = {
        "bootstrap.servers": settings.bootstrap,
        "security.protocol": settings.security_protocol,
    }
    if settings.ca_file:
        config["ssl.ca.location"] = str(settings.ca_file)
    if "SASL" in settings.security_protocol:
        config["sasl.mechanism"] = settings.sasl_mechanism
        config["sasl.username"] = settings.sasl_username or ""
        config["sasl.password"] = _password(settings)
    return config


def aiokafka(settings: KafkaSettings) -> AiokafkaArguments:
    """Return the keyword arguments of `aiokafka` clients.

    >>> aiokafka(KafkaSettings(bootstrap="b:1"))
    {'bootstrap_servers': 'b:1', 'security_protocol': 'PLAINTEXT'}
    """
    arguments = AiokafkaArguments(bootstrap_servers=settings.bootstrap, security_protocol=settings.security_protocol)
    if context := tls(settings):
        arguments["ssl_context"] = context
    if "SASL" in settings.security_protocol:
        arguments["sasl_mechanism"] = settings.sasl_mechanism
        arguments["sasl_plain_username"] = settings.sasl_username or ""
        arguments["sasl_plain_password"] = _password(settings)
    return arguments


def tls(settings: KafkaSettings) -> ssl.SSLContext | None:
    """Return a context that checks the brokers' certificates and names; None without TLS.

    >>> tls(KafkaSettings()) is None
    True
    """
    if "SSL" not in settings.security_protocol:
        return None
    return ssl.create_default_context(cafile=settings.ca_file)


def _password(settings: KafkaSettings) -> str:
    return settings.sasl_password.get_secret_value() if settings.sasl_password else ""
