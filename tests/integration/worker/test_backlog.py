"""STREAM-1: a slow worker with a long backlog goes on committing, so nothing takes it for dead."""

import pytest

from tests.system.poison import FLEET, HOME, message
from tests.system.post import Post
from tests.system.system import System

pytestmark = [pytest.mark.kafka]

BACKLOG = 4_500
"""At 3 ms a message 13 s of work; the watchdog ends a worker that has input but no commit for 10 s."""
CAUGHT_UP_S = 2.0
"""A worker that has the whole log has looked at its end this lately."""


def test_backlog_is_worked_off_without_a_restart(system: System) -> None:
    [worker] = system.start("a", module="tests.system.slow")
    system.stop()
    system.send(Post(FLEET.encode(), message(content={"number": number})) for number in range(BACKLOG))
    system.start("a")
    system.settle()
    assert worker.exits == [0]


def test_a_worker_that_lives_says_how_far_behind_it_is_until_it_has_caught_up(system: System) -> None:
    """STREAM-5; the door counts that into the age of its answers."""

    def behind_s() -> float | None:
        progress = system.progress.latest.get(HOME)
        return None if progress is None else progress.behind_s

    def caught_up() -> bool:
        seconds = behind_s()
        return seconds is not None and seconds < CAUGHT_UP_S

    system.start("a", module="tests.system.slow")
    system.wait_until(caught_up, "the worker has the whole log")
    system.send(Post(FLEET.encode(), message(content={"number": number})) for number in range(BACKLOG // 3))
    system.wait_until(lambda: (behind_s() or 0.0) > CAUGHT_UP_S, "it is behind")
    system.settle()
    system.wait_until(caught_up, "it has the whole log again")
