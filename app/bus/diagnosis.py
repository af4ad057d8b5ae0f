"""What an error of Kafka or of its client library means, in one line that says what to do."""

from confluent_kafka import KafkaError

from app.bus.errors import UnreachableError
from app.settings import KafkaSettings


class NameResolutionError(UnreachableError):
    """The name of a broker cannot be resolved."""


class NoAnswerError(UnreachableError):
    """Nothing answers at the brokers' addresses."""


class NotKafkaError(UnreachableError):
    """Something listens there, but does not answer in the protocol that the settings name."""


class TlsError(UnreachableError):
    """The encrypted connection cannot be agreed on."""


class CredentialsError(UnreachableError):
    """User name and password, or API key and secret, are not accepted."""


class AccessError(UnreachableError):
    """The credentials are good, but lack a right."""


class TopicMissingError(UnreachableError):
    """A topic that should be there is not."""


PASSING = (NameResolutionError, NoAnswerError, NotKafkaError)
"""What may pass by itself, so that trying again makes sense."""

_TLS = frozenset({"_SSL"})
_CREDENTIALS = frozenset({"_AUTHENTICATION", "SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM"})
_MISSING = frozenset({"UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION"})


def explain(
    error: KafkaError, settings: KafkaSettings, topic: str | None = None, right: str | None = None
) -> UnreachableError:
    """Return the error to raise for one of the client's; `right` is what Kafka calls what the call needs.

    >>> refused = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "no")
    >>> explain(refused, KafkaSettings(sasl_username="al"), "raw", "Read")
    AccessError("user 'al' lacks the right Read on raw: have it granted (no)")
    """
    name, detail, at, user = error.name(), error.str(), settings.bootstrap, settings.sasl_username
    if name == "_RESOLVE":
        return NameResolutionError(
            f"the name in {at} cannot be resolved: check RINGFENCE_KAFKA__BOOTSTRAP and DNS ({detail})"
        )
    if name in _TLS:
        return TlsError(
            f"no TLS with {at}: check RINGFENCE_KAFKA__CA_FILE, the certificate's name and SECURITY_PROTOCOL ({detail})"
        )
    if name in _CREDENTIALS:
        return CredentialsError(
            f"{at} refuses user {user!r}: check RINGFENCE_KAFKA__SASL_USERNAME, SASL_PASSWORD and SASL_MECHANISM "
            f"({detail})"
        )
    if name.endswith("AUTHORIZATION_FAILED"):
        lacks = f"{f'the right {right}' if right else 'a right'}{f' on {topic}' if topic else ''}"
        return AccessError(f"user {user!r} lacks {lacks}: have it granted ({detail})")
    if name in _MISSING:
        return TopicMissingError(f"a topic is missing at {at}: {topic or detail}; `ringfence prepare` declares them")
    return NoAnswerError(f"no Kafka answers at {at}: is it running, and is this the right address? ({detail})")
