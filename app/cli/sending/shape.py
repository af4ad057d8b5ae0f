"""From a line of a file to a message for the log."""

from app.bus.errors import RefusedMessageError
from app.bus.fleet import fleet_of, with_fleet
from app.bus.message import Message
from app.bus.message_file import Line
from app.core.errors import Refused
from app.core.reading import read_message, time_of


class Shape:
    """Names the fleet of each line, stamps it, and notes which lines are no messages.

    origin: name of the file, for error messages. fleet_from: path of the field that names the fleet.
    claimed_time: stamp records with the message's time instead of now. strict: raise at a line that is no message.
    """

    def __init__(
        self, topic: str, origin: str, fleet_from: str | None, *, claimed_time: bool = False, strict: bool = False
    ) -> None:
        self.topic = topic
        self._origin = origin
        self._fleet_from = fleet_from
        self._claimed_time = claimed_time
        self._strict = strict
        self.bad: list[str] = []
        """A line of text for each line that is no message, since it was last emptied."""

    def message(self, line: Line) -> Message:
        """The message of a line; one that is none keeps its bytes and goes to the fleet `default`.

        Raises RefusedMessageError, naming the line, where it is none and `strict` is set.
        """
        value = line.value if self._fleet_from is None else with_fleet(line.value, self._fleet_from)
        origin = f"{self._origin}:{line.number}"
        timestamp = self._check(value, origin)
        return Message(self.topic, fleet_of(value).encode(), value, (), timestamp, origin)

    def _check(self, value: bytes, origin: str) -> int | None:
        try:
            message = read_message(value)
            claimed = time_of(message)
        except Refused as refused:
            self._note(f"{origin}: {refused.error}: {refused}")
            return None
        return claimed if self._claimed_time else None

    def _note(self, text: str) -> None:
        if self._strict:
            raise RefusedMessageError(f"{text}: correct the line, or leave out --strict")
        self.bad.append(text)
