"""What `ringfence send` shows while it works: a live line on a terminal, else a line now and then."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from app.bus.message_file import Place
from app.bus.producer import Producer

_LINE_EVERY_S = 5.0
_BAD_LINES_SHOWN = 10


class SendProgress:
    """Counts what is spooled and acknowledged, and says what holds it up."""

    def __init__(self, console: Console, producer: Producer) -> None:
        self._console = console
        self._producer = producer
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._started = self._shown = time.monotonic()
        self._spooled = 0
        self._bad = 0
        self._trouble: str | None = None

    def begin(self, file: Path, place: Place) -> None:
        """Say where it goes on, if not from the start."""
        left = self._producer.status().depth.messages
        if left:
            self._say(f"{left:,} messages of an earlier run are still in the spool and go first")
        if place.finished:
            self._say(f"{file}: all of its {place.lines:,} lines were sent before; --restart sends them again")
        elif place.lines:
            self._say(f"{file}: goes on at line {place.lines + 1:,}; --restart begins anew")

    def spooled(self, count: int, bad: list[str]) -> None:
        """Note messages that are safe on disk, and lines that were no messages."""
        self._spooled += count
        for text in bad[: max(0, _BAD_LINES_SHOWN - self._bad)]:
            self._say(f"{text}: sent as it is; the worker makes a dead letter of it")
        self._bad += len(bad)
        self.show()

    def show(self) -> None:
        """Draw the present state, where it is time to."""
        now = time.monotonic()
        self._tell_trouble()
        if self._live:
            self._live.update(Text(self._text(now)), refresh=True)
        elif now - self._shown > _LINE_EVERY_S:
            self._shown = now
            self._say(self._text(now))

    def done(self, refused: int) -> None:
        """Say how it ended."""
        now = time.monotonic()
        acknowledged = self._producer.status().acknowledged
        self._say(f"{acknowledged:,} messages sent and acknowledged in {now - self._started:.1f} s")
        if self._bad:
            self._say(f"{self._bad:,} lines were no messages; `ringfence dead-letter list` shows them once decided")
        if refused:
            self._say(f"{refused:,} messages are refused for good: `ringfence dead-letter list --local` shows them")

    def _text(self, now: float) -> str:
        status, seconds = self._producer.status(), now - self._started
        rate = self._spooled / seconds if seconds else 0.0
        return (
            f"{self._spooled:,} spooled ({rate:,.0f}/s)  {status.acknowledged:,} acknowledged  "
            f"{status.depth.messages:,} in the spool  {status.trouble or 'Kafka answers'}"
        )

    def _tell_trouble(self) -> None:
        trouble = self._producer.status().trouble
        if trouble != self._trouble and not self._live:
            self._say(trouble or "Kafka answers")
        self._trouble = trouble

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
        if isinstance(error, KeyboardInterrupt):
            left = self._producer.status().depth.messages
            self._say(f"stopped: {left:,} messages wait in the spool; the same command goes on from here")
