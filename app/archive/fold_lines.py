"""The outputs of a fold as lines of files: the cycles that a message closes are one output, and a line each."""

from collections.abc import Iterator

import msgspec


class _Cycles(msgspec.Struct):
    fleet: str
    cycles: tuple[msgspec.Raw, ...] | None = None
    """None where searches that were cut are named."""


_decode = msgspec.json.Decoder(_Cycles).decode


def lines_of(channel: str, value: bytes) -> Iterator[bytes]:
    """The lines that an output of a channel takes in its file.

    >>> value = b'{"fleet":"north","cycles":[{"agents":["ann","bob","eve"],"positions":[1,2,3]}]}'
    >>> for line in lines_of("cycles", value):
    ...     print(line.decode())
    {"fleet":"north","agents":["ann","bob","eve"],"positions":[1,2,3]}
    """
    found = _decode(value) if channel == "cycles" else None
    if found is None or found.cycles is None:
        yield value
        return
    fleet = msgspec.json.encode(found.fleet)
    for cycle in found.cycles:
        yield b'{"fleet":%s,%s' % (fleet, bytes(cycle)[1:])
