"""What a door knows of agents, and how it forgets them (QUAR-2)."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.doors.states import States
from app.events import Forgotten, Header
from app.topics import ENFORCEMENT
from tests.unit.api.doors.samples import Record, transition

AGENTS = ("ann", "bob", "cy")


def _record(offset: int, agent: str, epoch: int, *, deletion: bool = False) -> Record:
    key = msgspec.json.encode(("north", agent))
    if deletion:
        about = msgspec.json.encode(Forgotten("north", agent, epoch))
        return Record(ENFORCEMENT.name, None, key, offset, ((Header.FORGOTTEN, about),))
    return Record(ENFORCEMENT.name, msgspec.json.encode(transition(epoch=epoch, agent=agent)), key, offset)


def _written(happenings: Sequence[tuple[str, bool]]) -> list[Record]:
    """What a fold writes where agents are contained, or (True) forgotten."""
    epochs: dict[str, int] = {}
    records: list[Record] = []
    highest = 0
    for agent, forgotten in happenings:
        if not forgotten:
            epochs[agent] = epochs.get(agent, highest) + 1
            records.append(_record(len(records), agent, epochs[agent]))
        elif agent in epochs:
            highest = max(highest, epochs[agent])
            records.append(_record(len(records), agent, epochs.pop(agent), deletion=True))
    return records


def _compacted(records: Sequence[Record], *, deletions: bool) -> list[Record]:
    last = {record.about: record.place for record in records}
    return [record for record in records if last[record.about] == record.place and (record.content or deletions)]


def _told(states: States) -> dict[str, int]:
    latest = {agent: states.latest("north", agent) for agent in AGENTS}
    return {agent: found.epoch for agent, found in latest.items() if found is not None}


def _after(records: Sequence[Record]) -> dict[str, int]:
    states = States()
    for record in records:
        states.read(record)
    return _told(states)


happenings = st.lists(st.tuples(st.sampled_from(AGENTS), st.booleans()), max_size=12)


@given(happenings, st.data())
def test_a_door_that_reads_again_knows_no_agent_worse_at_any_moment_and_all_at_the_end(
    happened: list[tuple[str, bool]], data: st.DataObject
) -> None:
    log = _written(happened)
    read, compacted = data.draw(st.integers(0, len(log))), data.draw(st.integers(0, len(log)))
    states = States()
    states.begin()
    for record in log[:read]:
        states.read(record)
    states.end()
    before = _told(states)
    assert before == _after(log[:read])
    states.begin()
    for record in (*_compacted(log[:compacted], deletions=data.draw(st.booleans())), *log[compacted:]):
        states.read(record)
        if record.place < read:
            assert _told(states).items() <= before.items() | _after(log).items()
        known = states.latest("north", msgspec.json.decode(record.about or b"")[1])
        assert record.place < read or (known is None) == (record.content is None)
    states.end()
    assert _told(states) == _after(log)


@given(st.permutations(range(1, 6)), st.lists(st.integers(1, 5)))
def test_the_highest_epoch_stands_in_whatever_order_records_come(order: list[int], repeated: list[int]) -> None:
    states = States()
    for epoch in (*order, *repeated):
        states.note(transition(epoch=epoch))
    assert _told(states) == {"bob": 5}


def test_evidence_stays_on_the_log() -> None:
    states = States()
    states.note(transition())
    latest = states.latest("north", "bob")
    assert latest is not None
    assert latest.evidence == ()


def test_an_agent_is_its_fleets() -> None:
    states = States()
    states.note(transition())
    assert states.latest("south", "bob") is None


def test_who_is_forgotten_takes_no_memory() -> None:
    states = States()
    for record in _written([("bob", False), ("ann", False), ("bob", True)]):
        states.read(record)
    assert len(states) == 1


def test_a_deletion_that_no_fold_wrote_forgets_nobody() -> None:
    states = States()
    states.note(transition())
    states.read(Record(ENFORCEMENT.name, None, b'["north","bob"]', 7))
    assert _told(states) == {"bob": 1}


def test_what_is_known_of_an_agent_stays_where_the_rest_cannot_be_read() -> None:
    """As where a later worker has decided something, and compaction has removed what was before."""
    states = States()
    states.note(transition())
    states.begin()
    unreadable = Record(ENFORCEMENT.name, b'{"state":"exiled"}', b'["north","bob"]', 9)
    with pytest.raises(msgspec.ValidationError):
        states.read(unreadable)
    states.end()
    assert _told(states) == {"bob": 1}
    assert not states.knows("north", "bob")
