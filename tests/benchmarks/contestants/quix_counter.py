"""Quix Streams: a stateful counter with an output, exactly once. Runs in an environment of its own."""

import json
import os
from typing import Any

from quixstreams import Application

setup = json.loads(os.environ["BENCH"])


def count(message: dict[str, Any], state: Any) -> dict[str, Any]:  # noqa: ANN401 - generic since one of its versions
    """Count each agent's messages."""
    total = state.get("count", 0) + 1
    state.set("count", total)
    return {"agent_id": message["agent_id"], "count": total}


app = Application(
    broker_address=setup["bootstrap"],
    consumer_group=setup["app_id"],
    auto_offset_reset="earliest",
    processing_guarantee="exactly-once",
    state_dir=setup["data"],
    auto_create_topics=True,
    loglevel="INFO",
)
messages = app.topic(setup["input"], key_deserializer="bytes", value_deserializer="json")
counted = app.topic(setup["output"], key_serializer="bytes", value_serializer="json")
app.dataframe(messages).apply(count, stateful=True).to_topic(counted)

if __name__ == "__main__":
    app.run()
