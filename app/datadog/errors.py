"""What can go wrong with Datadog, each with what to do about it."""

from app.errors import RingfenceError


class DatadogError(RingfenceError):
    """Something about Datadog."""


class NoKeysError(DatadogError):
    """The settings hold no keys."""


class ForbiddenError(DatadogError):
    """The keys do not open this account, or not for this."""


class RefusedRequestError(DatadogError):
    """Datadog will not take this request, however often it is sent."""


class NotFoundError(DatadogError):
    """What was asked for is not there."""


class OutageError(DatadogError):
    """Datadog does not answer, or answers that it cannot."""


class LimitedError(DatadogError):
    """Datadog limits how often it is asked."""

    def __init__(self, message: str, again_in_s: float) -> None:
        super().__init__(message)
        self.again_in_s = again_in_s
        """Seconds until it may be asked again."""


class DefinitionError(DatadogError):
    """A file of ops/datadog that cannot be used."""
