"""What can go wrong on the way to the log, each with what to do about it."""

from app.errors import RingfenceError


class SpoolFullError(RingfenceError):
    """The spool takes no more; nothing of the call was kept."""


class SpoolBusyError(RingfenceError):
    """Another process sends from this spool."""


class SpoolDamagedError(RingfenceError):
    """The spool's file cannot be read."""


class RefusedMessageError(RingfenceError):
    """The topic would refuse this message for good, wherever it is sent from."""


class MessageTooLargeError(RefusedMessageError):
    """Over the topic's size limit."""


class FutureTimestampError(RefusedMessageError):
    """Stamped later than the topic allows."""


class UnreachableError(RingfenceError):
    """Kafka does not answer, or does not let us in."""


class ProducerStoppedError(RingfenceError):
    """The thread that sends from the spool has ended by an error of this program; what was spooled is kept."""


class LineTooLongError(RingfenceError):
    """A file that has no line ends, or a line that no topic would take."""


class ReadError(RingfenceError):
    """A topic could not be read to its end."""


class NoSuchLetterError(RingfenceError):
    """There is no dead letter of that position."""


class RedriveError(RingfenceError):
    """A dead letter that cannot be appended again."""


class EnvelopeError(RingfenceError):
    """A line of a dump that is no envelope."""
