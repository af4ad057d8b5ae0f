"""Sending one file."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.bus.errors import RefusedMessageError
from app.bus.message import Message
from app.bus.message_file import Line, Place, identity, read_lines
from app.bus.pace import Pace
from app.bus.producer import Producer
from app.bus.spool import Mark, Spool
from app.cli.sending.progress import SendProgress
from app.cli.sending.shape import Shape
from app.lines import STANDARD, open_lines

_place_decoder = msgspec.msgpack.Decoder(Place)
_WAIT_S = 0.25


class Job:
    """Spools a file from where it was left, and waits until Kafka has all of it.

    How far the file is spooled stands in the spool itself, in the transaction of the messages: a kill at any moment
    loses nothing and spools nothing twice. Standard input has no place to go on from.
    """

    def __init__(self, spool: Spool, producer: Producer, shape: Shape, progress: SendProgress) -> None:
        self._spool = spool
        self._producer = producer
        self._shape = shape
        self._progress = progress
        self.refused = 0
        """Messages kept as local dead letters."""

    def run(self, file: Path, pace: Pace, *, restart: bool) -> None:
        """Send all of the file."""
        name = None if file == STANDARD else f"{self._shape.topic}:{identity(file)}"
        place = Place() if restart or name is None else self._place(name)
        self._progress.begin(file, place)
        if not place.finished:
            self._spool_file(file, pace, name, place)
        self._await_acknowledgement()

    def _place(self, name: str) -> Place:
        known = self._spool.mark(name)
        return Place() if known is None else _place_decoder.decode(known)

    def _spool_file(self, file: Path, pace: Pace, name: str | None, place: Place) -> None:
        with open_lines(file) as lines:
            for chunk in read_lines(lines, place, str(file)):
                for group in pace.groups(chunk):
                    place = self._spool_group(group, name)
        if name is not None:
            self._producer.send_all([], _mark(name, Place(place.offset, place.lines, finished=True)))

    def _spool_group(self, lines: Sequence[Line], name: str | None) -> Place:
        messages, stop = self._shaped(lines)
        last = lines[len(messages) - 1] if messages else None
        place = Place(last.end, last.number) if last else Place()
        if last:
            self.refused += self._producer.send_all(messages, _mark(name, place) if name else None)
        self._progress.spooled(len(messages), self._shape.bad)
        self._shape.bad.clear()
        if stop:
            raise stop
        return place

    def _shaped(self, lines: Sequence[Line]) -> tuple[list[Message], RefusedMessageError | None]:
        messages: list[Message] = []
        for line in lines:
            try:
                messages.append(self._shape.message(line))
            except RefusedMessageError as error:
                return messages, error
        return messages, None

    def _await_acknowledgement(self) -> None:
        while self._producer.flush(_WAIT_S):
            self._progress.show()
        self.refused += self._producer.status().dead_letters
        self._progress.done(self.refused)


def _mark(name: str, place: Place) -> Mark:
    return Mark(name, msgspec.msgpack.encode(place))
