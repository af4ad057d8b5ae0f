"""STREAM-1: a slow worker with a long backlog goes on committing, so nothing takes it for dead."""

import pytest

from tests.system.poison import FLEET, message
from tests.system.post import Post
from tests.system.system import System

pytestmark = [pytest.mark.kafka]

BACKLOG = 4_500
"""At 3 ms a message 13 s of work; the watchdog ends a worker that has input but no commit for 10 s."""


def test_backlog_is_worked_off_without_a_restart(system: System) -> None:
    [worker] = system.start("a", module="tests.system.slow")
    system.stop()
    system.send(Post(FLEET.encode(), message(content={"number": number})) for number in range(BACKLOG))
    system.start("a")
    system.settle()
    assert worker.exits == [0]
