"""What an error says, for people."""

MAX_REASON = 300
"""Characters of what a failure says, which may be what somebody outside wants us to repeat."""


def reason_of(error: BaseException) -> str:
    r"""The error on one line; the first one of a group.

    >>> reason_of(ExceptionGroup("in tasks", [ValueError("odd\n  value")]))
    'ValueError: odd value'
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON]
