"""What can come of a question beside an answer."""

from app.analyst.call import Call
from app.errors import RingfenceError


class AnalystError(RingfenceError):
    """No opinion."""


class NoAnswerError(AnalystError):
    """The endpoint has refused the request, or cannot be reached: nothing is charged."""


class LateAnswerError(AnalystError):
    """The endpoint has not answered in time; what it did may be charged."""


class UnusableAnswerError(AnalystError):
    """The endpoint has answered, and is to be paid, but this is no opinion; a subclass says why."""

    def __init__(self, message: str, call: Call) -> None:
        super().__init__(message)
        self.call = call


class CutShortError(UnusableAnswerError):
    """The answer came to its limit of tokens before its end."""


class InvalidAnswerError(UnusableAnswerError):
    """The answer does not have the form that was asked for."""


class LedgerError(AnalystError):
    """What has been spent cannot be read or written; nothing is spent then."""
