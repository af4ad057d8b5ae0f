"""Plain Faust: a counter table with an output, as its guide writes it.

`python -m tests.benchmarks.contestants.faust_counter worker -l info`
"""

import time

import faust
from faust.types import StreamT
from yarl import URL

from tests.benchmarks.setup import from_environment

setup = from_environment()
app = faust.App(
    setup.app_id,
    broker=URL(f"kafka://{setup.bootstrap}"),
    store="memory://",
    datadir=setup.data,
    topic_partitions=setup.partitions,
    consumer_auto_offset_reset="earliest",
    topic_disable_leader=True,
    web_enabled=False,
)
messages = app.topic(setup.input, key_type=str, key_serializer="raw", value_serializer="json")
output = app.topic(setup.output, key_serializer="raw", value_serializer="json")


async def recovered() -> None:
    """Say how long the recovery took, as our layer does."""
    seconds = time.monotonic() - assigned_at[-1]
    print(f"tables recovered records={sum(counts.values())} seconds={seconds:.2f}", flush=True)  # noqa: T201


counts = app.Table("counts", default=int, partitions=setup.partitions, on_recover=recovered)
assigned_at = [time.monotonic()]


@app.on_partitions_assigned.connect
async def assigned(*_: object, **__: object) -> None:
    """Note when the recovery begins."""
    assigned_at.append(time.monotonic())


@app.agent(messages)
async def count(stream: StreamT[dict[str, str]]) -> None:
    """Count each agent's messages, and say so."""
    async for message in stream:
        agent = message["agent_id"]
        counts[agent] += 1
        await output.send(key=agent, value={"agent_id": agent, "count": counts[agent]})


if __name__ == "__main__":
    app.main()
