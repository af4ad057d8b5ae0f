"""What the mirror makes of records that no fold wrote (REDIS-1)."""

from app.mirror.updates import Updates
from app.topics import ENFORCEMENT
from tests.unit.core.records import Record


def test_what_cannot_be_read_is_left_out() -> None:
    updates = Updates({ENFORCEMENT.name: "log"})
    values = (b"broken", b'{"fleet":"\xff"}', None)
    updates.transitions(Record(place, value) for place, value in enumerate(values))
    assert updates.agents == {}
