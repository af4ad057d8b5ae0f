"""Why a part did not start, each with what to do."""

from app.errors import RingfenceError


class EmbeddedError(RingfenceError):
    """A part of the embedded run could not be started or stopped."""


class DownloadError(EmbeddedError):
    """A file of Apache Kafka could not be fetched."""


class PortTakenError(EmbeddedError):
    """A port that was asked for is in use."""


class DiskFullError(EmbeddedError):
    """Too little space is left for a part's data."""


class MemoryShortError(EmbeddedError):
    """The Java runtime could not reserve its heap."""


class FolderInUseError(EmbeddedError):
    """Another process works on the same data folder."""


class StartFailedError(EmbeddedError):
    """A part ended, or did not answer in time, while it started."""
