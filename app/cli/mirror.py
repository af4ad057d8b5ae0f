"""`ringfence mirror`: the read model in Redis."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.embedded.run_file import DEFAULT_DATA, settings_for
from app.errors import RingfenceError
from app.mirror.client import connect
from app.mirror.rebuild import rebuild as rebuild_fleets
from app.mirror.source import MirrorSource
from app.mirror.store import MirrorStore
from app.settings import Settings

app = typer.Typer()


class MirrorError(RingfenceError):
    """The mirror cannot be rebuilt."""


@app.command()
def rebuild(
    *,
    fleet: Annotated[str | None, typer.Option(help="Only this fleet; else all that the tables or Redis know.")] = None,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`, to find its Kafka and Valkey.")] = DEFAULT_DATA,
) -> None:
    """Make the mirror anew from the committed tables, while it is read and written: nobody sees a gap.

    Scores, states and leaderboards are written beside those that are there, then take their place, a fleet at a time
    and each in one step. What the sinks write meanwhile goes into both. The history stays: no table holds it.

    It is needed after a change of `trust.prior`, which moves the scores of silent agents too; when somebody has written
    to the keys; to be rid of agents that the tables have forgotten. After an outage the sinks catch up by themselves.

    Example: ringfence mirror rebuild --fleet north
    """
    settings = settings_for(data)
    try:
        count = asyncio.run(_rebuild(settings, fleet))
    except (RedisError, OSError) as error:
        raise MirrorError(f"Redis: {error}: check RINGFENCE_REDIS__URL") from error
    typer.echo(f"{count} {'fleet' if count == 1 else 'fleets'} rebuilt")


async def _rebuild(settings: Settings, fleet: str | None) -> int:
    source = MirrorSource(settings.kafka, settings.worker.app_id)
    async with connect(settings.redis) as redis:
        store = MirrorStore(redis, settings.redis)
        fleets = {*await store.fleets(), *source.fleets()}
        if fleet is not None and fleet not in fleets:
            raise MirrorError(f"no fleet {fleet}, neither in the tables nor in the mirror")
        chosen = fleets if fleet is None else {fleet}
        with _progress() as progress:
            task = progress.add_task("reading the tables", total=None)
            await rebuild_fleets(
                store,
                chosen,
                source.tables,
                lambda done, of: progress.update(task, description="agents", completed=done, total=of),
            )
    return len(chosen)


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=Console(stderr=True))
