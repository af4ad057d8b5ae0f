"""The agent that reads the messages of the fleets."""

from faust.types import StreamT

from app.streaming.app import FoldApp
from app.streaming.batch import PartitionBatch


def register(app: FoldApp) -> None:
    """Hand each batch of the raw topic to the fold of its partition."""

    @app.agent(app.input)
    async def messages(batches: StreamT[PartitionBatch]) -> None:
        async for batch in batches:
            app.folds.deliver(batch)
