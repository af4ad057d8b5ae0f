"""Where the graphs come from: what a fold has written, or the topic of a running system."""

from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from app.analysis.fleet_trust import ReadTable
from app.analysis.replay import Until, replay
from app.archive.errors import FoldInputError
from app.archive.fold_folder import FoldFolder
from app.archive.stored_table import read_table
from app.bus.reader import TopicReader
from app.core.graph import GraphView
from app.core.table import Key
from app.moment import now_ms
from app.settings import Settings
from app.topics import GRAPH

E = TypeVar("E", bound=msgspec.Struct)
HOUR_MS = 3_600_000
BACK_MS = (HOUR_MS, 24 * HOUR_MS)
"""How far back the topic is read, and how far if that was not enough, before all of it is."""


class Source(NamedTuple):
    """The graphs of all fleets or of the named one, and the tables beside them."""

    views: dict[str, GraphView]
    table: ReadTable


def from_file(path: Path, fleet: str | None, until: Until) -> Source:
    """The graphs that `ringfence fold` has written. Raises FoldInputError."""
    folder = FoldFolder(path)
    try:
        return Source(replay(folder.graph(), fleet, until), folder.table)
    except msgspec.DecodeError as error:
        raise FoldInputError(f"{path}: not the graph of a fold: {error}") from error


def from_topic(settings: Settings, fleet: str | None, until: Until) -> Source:
    """The graphs by the topic's deltas: as many as it takes until all that lives has been told.

    Raises UnreachableError, ReadError.
    """

    def table(name: str, entry: type[E], /) -> dict[Key, E]:
        return read_table(settings.kafka, settings.worker.app_id, name, entry)

    with TopicReader(settings.kafka, GRAPH.name) as reader:
        latest = now_ms()
        end = latest if until.time is None else min(latest, until.time)
        for back in BACK_MS:
            spans = reader.spans_since(end - back)
            values = [record.value for record in reader.read_all(spans) if record.value is not None]
            views = replay(values, fleet, until)
            if views and all(view.whole for view in views.values()):
                return Source(views, table)
        everything = (record.value for record in reader.read_all(reader.spans()) if record.value is not None)
        return Source(replay(everything, fleet, until), table)
