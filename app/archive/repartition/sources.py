"""How far the fold has heard each source: the rule of `app.core.repeats`, over one whole log."""

from app.events import Header


class Sources:
    """The last number of every source, by partition and fleet.

    >>> heard = Sources()
    >>> headers = {Header.SOURCE: b"spool", Header.SOURCE_SEQUENCE: b"7"}
    >>> heard.repeats(0, "a", headers), heard.repeats(0, "a", headers), heard.repeats(0, "b", headers)
    (False, True, False)
    """

    def __init__(self) -> None:
        self._last: dict[tuple[int, str, bytes], int] = {}

    def repeats(self, partition: int, fleet: str, headers: dict[str, bytes]) -> bool:
        """Whether a record repeats one of its fleet and source; the number is remembered where it does not."""
        source, number = headers.get(Header.SOURCE), headers.get(Header.SOURCE_SEQUENCE)
        if source is None or number is None:
            return False
        key, sequence = (partition, fleet, source), int(number)
        if sequence <= self._last.get(key, -1):
            return True
        self._last[key] = sequence
        return False
