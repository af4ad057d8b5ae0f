"""What has been spent today, remembered in a file: a process that starts anew has no new budget."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from app.analyst.errors import LedgerError


class _Spent(msgspec.Struct, frozen=True):
    day: date
    usd: float


def utc_day() -> date:
    """The day it is."""
    return datetime.now(UTC).date()


class Ledger:
    """US dollars spent since midnight, UTC; for one process.

    Args:
        path: of the file; its folder is made.
        today: the day it is.

    Raises LedgerError where the file cannot be read or written.

    """

    def __init__(self, path: Path, today: Callable[[], date] = utc_day) -> None:
        self._path = path
        self._today = today
        self._spent = self._read()

    @property
    def usd(self) -> float:
        """Spent today."""
        return self._spent.usd if self._spent.day == self._today() else 0.0

    def add(self, usd: float) -> None:
        """Spend so much more; less than nothing for what was not spent after all."""
        spent = _Spent(self._today(), max(0.0, self.usd + usd))
        self._write(spent)
        self._spent = spent

    def _read(self) -> _Spent:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Spent)
        except FileNotFoundError:
            return _Spent(self._today(), 0.0)
        except (OSError, msgspec.DecodeError) as error:
            raise LedgerError(f"cannot read what has been spent today from {self._path}: {error}") from error

    def _write(self, spent: _Spent) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(spent))
            fresh.replace(self._path)
        except OSError as error:
            raise LedgerError(f"cannot write what is spent to {self._path}: {error}") from error
