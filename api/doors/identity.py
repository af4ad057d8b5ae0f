"""Who is at the door: names as they stand in paths and headers.

A name there is percent-encoded UTF-8 (RFC 3986, section 2.1). What could mean two agents is refused instead of
guessed, because a name that is read otherwise than the fold reads it is a way past the door.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from app.core.signals import MAX_NAME

_ENCODED = re.compile(rb"(?:[^%]|%[0-9A-Fa-f]{2})+", re.DOTALL)


class BadNameError(ValueError):
    """A name that no agent can have, or that could mean several."""


def decoded(raw: bytes) -> str:
    """The name that a segment of a path stands for. Raises BadNameError.

    >>> decoded(b"b%C3%B6b"), decoded("böb".encode()), decoded(b"tools%2Fsearch")
    ('böb', 'böb', 'tools/search')
    """
    if not _ENCODED.fullmatch(raw):
        raise BadNameError("a name is percent-encoded UTF-8 and not empty; a percent sign itself is %25")
    try:
        name = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as error:
        raise BadNameError("a name is percent-encoded UTF-8; this is no UTF-8") from error
    if len(name) > MAX_NAME:
        raise BadNameError(f"a name has at most {MAX_NAME} characters, this has {len(name)}")
    return name


def single(header: str, values: Sequence[bytes]) -> str | None:
    """The name that a header stands for; None where it is absent. Raises BadNameError.

    A proxy may join a header that stands twice by a comma, so a comma within a name must be encoded.

    >>> single("x-agent", [b"bob"]), single("x-agent", [])
    ('bob', None)
    >>> single("x-agent", [b"bob,eve"])
    Traceback (most recent call last):
    api.doors.identity.BadNameError: x-agent names more than one; a comma within a name is %2C
    """
    if not any(values):
        return None
    if len(values) > 1 or b"," in values[0]:
        raise BadNameError(f"{header} names more than one; a comma within a name is %2C")
    return decoded(values[0])
