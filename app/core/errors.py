"""What the fold cannot decide."""


class Refused(Exception):  # noqa: N818 - what happened to the record, not a failure of the program
    """A record that becomes a dead letter: `error` is its class, the message says why and what is expected."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = error


class UnsupportedEngineError(RuntimeError):
    """The log asks for a version of the fold that this program does not have; a newer one must go on."""


class StoreError(RuntimeError):
    """The entries of a table could not be read; nothing is wrong with the record."""
