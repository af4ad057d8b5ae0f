"""The timers of what the detector remembers: what was not used for long is dropped."""

from app.core.context import Context
from app.core.table import Key


def forget_conduct(context: Context, key: Key) -> None:
    """Nothing new was seen of the agent for long."""
    context.state.conduct.delete(key)


def forget_exchange(context: Context, key: Key) -> None:
    """The pair has not dealt with each other for long."""
    context.state.exchanges.delete(key)


def forget_group(context: Context, key: Key) -> None:
    """The group has not decided anything for long."""
    context.state.groups.delete(key)


def forget_statement(context: Context, key: Key) -> None:
    """Nothing more was said in the context."""
    context.state.statements.delete(key)


def forget_reading(context: Context, key: Key) -> None:
    """The conversation has ended."""
    context.state.readings.delete(key)
