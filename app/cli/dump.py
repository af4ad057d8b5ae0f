"""`ringfence dump`: the records of a topic, as a file."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.bus.envelope import Envelope, encode_envelope
from app.bus.reader import TopicReader
from app.embedded.run_file import DEFAULT_DATA, settings_for
from app.lines import STANDARD, LinesWriter
from app.settings import KafkaSettings
from app.topics import RAW, SKIPS

_SHOW_EVERY = 1_000


def dump(
    topic: Annotated[str, typer.Argument(help="Name of the topic, for example agent-messages-raw.")],
    *,
    out: Annotated[Path, typer.Option(help="File to write, .gz or not; `-` is standard output.")] = STANDARD,
    partition: Annotated[int | None, typer.Option(min=0, help="Only this partition.")] = None,
    from_offset: Annotated[int, typer.Option(min=0, help="Leave out what stands before, in each partition.")] = 0,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`.")] = DEFAULT_DATA,
) -> None:
    """Write the committed records of a topic, one JSON object a line, by partition, then offset.

    It ends where the topic ended when the command was given. Key, value and header values are text where they are
    UTF-8, else {"base64": ...}. A dump of agent-messages-raw begins with the skips, so that `ringfence fold` of it
    decides what the workers decided.

    Example: ringfence dump agent-messages-raw --out raw.jsonl.gz
    """
    kafka = settings_for(data).kafka
    records = _records(kafka, topic, only=partition, start=from_offset)
    if topic == RAW.name:
        records = chain(_records(kafka, SKIPS.name), records)
    count = _write(records, out)
    typer.echo(f"{count:,} records of {topic} written to {out}", err=True)


def _records(kafka: KafkaSettings, topic: str, *, only: int | None = None, start: int = 0) -> Iterator[Envelope]:
    with TopicReader(kafka, topic) as reader:
        for span in reader.spans(start=start, only=only):
            yield from reader.read(span)


def _write(records: Iterable[Envelope], out: Path) -> int:
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} records"), TimeElapsedColumn())
    with LinesWriter(out) as lines, Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("dump", total=None)
        for record in records:
            lines.write(encode_envelope(record))
            if not lines.count % _SHOW_EVERY:
                progress.update(task, completed=lines.count)
    return lines.count
