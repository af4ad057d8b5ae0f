"""Why a log cannot be repartitioned now, each with what to do about it."""

from app.errors import RingfenceError


class RepartitionError(RingfenceError):
    """The log could not be moved; what is archived is kept, and the same command goes on from there."""


class NotReadyError(RepartitionError):
    """The system is not at rest, or already is as asked; nothing was touched."""


class ArchiveDamagedError(RepartitionError):
    """A dump does not hold what was read from its topic."""
