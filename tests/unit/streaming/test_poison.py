"""STREAM-1: the record that ends the process is found, whatever range it was folded in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.poison import DEATHS, FoldingNotes


def fold_until_death(notes: FoldingNotes, culprit: int, start: int, end: int) -> int | None:
    """Fold as a partition's task does; the position where the process died, None if it got through."""
    offset = start
    while offset < end:
        if notes.is_condemned(0, offset):
            offset += 1
            notes.committed(0, offset)
            continue
        until = min(notes.limit(0, offset) or end, end)
        notes.begin(0, offset, until - 1)
        if offset <= culprit < until:
            return offset
        notes.end(0)
        notes.committed(0, until)
        offset = until
    return None


@given(size=st.integers(1, 20_000), where=st.floats(0, 0.999))
def test_culprit_is_found_in_a_few_deaths(tmp_path_factory: pytest.TempPathFactory, size: int, where: float) -> None:
    folder = tmp_path_factory.mktemp("notes")
    start, culprit, deaths = 1_000, 1_000 + int(size * where), 0
    position: int | None = start
    while (position := fold_until_death(FoldingNotes(folder), culprit, position or start, start + size)) is not None:
        deaths += 1
        assert deaths <= DEATHS + 3
    notes = FoldingNotes(folder)
    assert notes.limit(0, start) is None, "nothing is suspected when all is folded"


def test_a_process_killed_from_outside_condemns_nobody(tmp_path: Path) -> None:
    for _ in range(10):
        notes = FoldingNotes(tmp_path)
        assert not notes.is_condemned(3, 50)
        notes.begin(3, 50, 99)
    notes = FoldingNotes(tmp_path)
    notes.committed(3, 100)
    assert FoldingNotes(tmp_path).limit(3, 0) is None


def test_partitions_do_not_share_suspects(tmp_path: Path) -> None:
    FoldingNotes(tmp_path).begin(1, 0, 9)
    assert FoldingNotes(tmp_path).limit(2, 0) is None
