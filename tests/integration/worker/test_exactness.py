"""STREAM-1, STREAM-3, STREAM-4, D4, D6: the whole worker on a real broker, undisturbed."""

from itertools import islice

import pytest

from app.bus.reader import read_topic
from app.topics import GRAPH
from tests.system.exactness import outcome_of
from tests.system.post import Disorder, posts
from tests.system.system import System

pytestmark = [pytest.mark.kafka]


def _tells_of_the_graph(system: System) -> bool:
    """A delta waits for a second of the log's time, or for a tick; cycles stand on the same topic."""
    return any(b'"edges"' in (record.value or b"") for record in read_topic(system.settings, GRAPH.name))


def test_worker_is_exact(system: System) -> None:
    """One worker, 5,000 messages: what it writes is what the fold of the log says, byte for byte."""
    system.start("a")
    system.send(islice(posts(disorder=Disorder()), 5_000))
    system.settle()
    system.wait_until(lambda: _tells_of_the_graph(system), "what came together is told of the graph")
    outcome = outcome_of(system)
    outcome.assert_exact()
    assert {decision.kind for decision in outcome.decisions} == {"message", "forwarded", "duplicate", "control"}
    silent = [channel for channel, records in outcome.recorded.outputs.items() if not records]
    assert not silent, f"nothing on {silent}, so nothing was compared there"
