"""The book of a door (QUAR-2, QUAR-7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.doors.book import Book
from app.core.partitioner import home
from tests.unit.api.doors.samples import alive, transition

PARTITIONS = 8


@given(st.permutations(range(1, 6)), st.lists(st.integers(1, 5)))
def test_the_highest_epoch_stands_in_whatever_order_records_come(order: list[int], repeated: list[int]) -> None:
    book = Book()
    for epoch in (*order, *repeated):
        book.note(transition(epoch=epoch))
    latest = book.latest("north", "bob")
    assert latest is not None
    assert latest.epoch == 5


def test_an_agent_is_its_fleets() -> None:
    book = Book()
    book.note(transition())
    assert book.latest("south", "bob") is None


def test_a_fleet_is_as_fresh_as_the_fold_of_its_partition() -> None:
    book = Book()
    book.note_progress(alive(home("north", PARTITIONS), 9_000))
    book.note_progress(alive(home("north", PARTITIONS), 8_000))
    assert book.age_s("north", PARTITIONS, now_s=10.5) == pytest.approx(1.5)
    assert book.age_s("default", PARTITIONS, now_s=10.5) is None
    assert book.age_s("north", 0, now_s=10.5) is None
