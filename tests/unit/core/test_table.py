"""Tables: what was not merged never happened, and what cannot be read is no record's fault (STREAM-4)."""

import pytest

from app.core.entries import SourceEntry
from app.core.errors import StoreError
from app.core.table import Table

KEY = ("spool", "a")


@pytest.mark.parametrize("stored", [b"", b"no", b"[]", b'{"last":"one"}'])
def test_an_entry_that_cannot_be_read_stops_the_fold_instead_of_blaming_the_record(stored: bytes) -> None:
    table = Table("sources", SourceEntry, {b'["spool","a"]': stored})
    with pytest.raises(StoreError, match="sources"):
        table.get(KEY)


def test_a_deleted_entry_stays_away_until_it_is_put_again() -> None:
    stored = {b'["spool","a"]': b'{"last":1}'}
    table = Table("sources", SourceEntry, stored)
    table.delete(KEY)
    table.merge()
    assert table.get(KEY) is None
    assert table.edit(KEY) is None
    assert table.flush() == [(b'["spool","a"]', None)]


def test_changes_of_a_discarded_record_are_seen_by_nobody() -> None:
    table = Table("sources", SourceEntry, {b'["spool","a"]': b'{"last":1}'})
    entry = table.edit(KEY)
    assert entry is not None
    entry.last = 2
    table.put(("spool", "b"), SourceEntry(last=3))
    table.discard()
    assert table.get(KEY) == SourceEntry(last=1)
    assert table.get(("spool", "b")) is None
    assert table.flush() == []
