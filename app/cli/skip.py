"""`ringfence skip`: give up positions of the log that cannot be folded."""

from typing import Annotated

import typer

from app.archive.stored_table import read_table
from app.bus.skipping import SkipError, publish_skip
from app.cli.operate.session import DATA, DataOption, KeyOption, actor, operator
from app.core.commands import Skip
from app.core.entries import PartitionEntry
from app.embedded.run_file import settings_for
from app.settings import Settings


def skip(  # noqa: PLR0913 - each is an option of the command
    partition: Annotated[int, typer.Argument(min=0)],
    first: Annotated[int, typer.Argument(min=0, help="The first offset.")],
    last: Annotated[int | None, typer.Argument(help="The last offset; if left out, the first.")] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the record.")],
    data: DataOption = DATA,
    key: KeyOption = None,
) -> None:
    """Name positions that must not be folded: the records there become dead letters, a gap is given up.

    Every fold of this log honours it from now on. A partition that stands still goes on within seconds.

    Example: ringfence skip 3 1200 1450 --reason "deleted by retention"
    """
    settings = settings_for(data)
    last = first if last is None else last
    _check_not_folded(settings, partition, first)
    publish_skip(
        settings.kafka,
        operator(settings, key),
        Skip(partition=partition, first=first, last=last, reason=reason, actor=actor()),
    )
    typer.echo(f"partition {partition}: offsets {first} to {last} are skipped")


def _check_not_folded(settings: Settings, partition: int, first: int) -> None:
    """What has been decided stays decided: a skip of it would make every later fold of the log differ."""
    entry = read_table(settings.kafka, settings.worker.app_id, "partitions", PartitionEntry).get((partition,))
    if entry is not None and first < entry.next_offset:
        raise SkipError(
            f"partition {partition} is folded up to offset {entry.next_offset - 1}; "
            f"only what comes after can be skipped, not {first}"
        )
