"""What can be wrong with a file to fold."""

from app.errors import RingfenceError


class FoldInputError(RingfenceError):
    """A file that cannot be folded as it is; the message names the line."""
