"""CLI-1: the view asks real sidecars how they are; one that is not there keeps nobody waiting."""

import queue

import pytest

from app.bus.door import DoorError
from app.cli.view.doorbell import Doorbell
from app.cli.view.updates import DoorSeen
from app.embedded.ports import free_port
from tests.unit.api.doors.samples import book_of, sidecar, transition

WAIT_S = 30


def test_it_tells_of_each_door_how_it_is() -> None:
    arrived: queue.Queue[DoorSeen] = queue.Queue()
    nobody = f"http://127.0.0.1:{free_port()}"
    with sidecar(book_of(transition()), token="secret") as port:
        url = f"http://127.0.0.1:{port}"
        with Doorbell([nobody, url], "secret", arrived.put):
            seen: dict[str, DoorSeen] = {}
            while len(seen) < 2:
                told = arrived.get(timeout=WAIT_S)
                seen[told.url] = told
    condition = seen[url].condition
    assert condition is not None
    assert (condition.ready, condition.known, condition.stale) == (True, 1, [])
    assert condition.age_s is not None
    assert "does not answer" in str(seen[nobody].trouble)


@pytest.mark.parametrize("url", ["nonsense", "ftp://a:1", "http://a:99999"])
def test_an_address_that_is_none_is_said_at_once(url: str) -> None:
    with pytest.raises(DoorError, match="no http address"):
        Doorbell([url], None, lambda _: None)
