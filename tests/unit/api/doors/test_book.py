"""The book of a door (QUAR-2, QUAR-7)."""

import pytest

from api.doors.book import Book
from api.doors.pulse import Instant
from api.doors.ruling import Act, Porter
from app.core.partitioner import home
from app.settings import SidecarSettings
from app.topics import ENFORCEMENT, PROGRESS
from tests.junk import JUNK
from tests.unit.api.doors.samples import PARTITIONS, Record, alive, book_of, transition


def test_a_door_is_out_of_touch_with_whom_it_cannot_read_of_until_it_can() -> None:
    """As where a worker of a later version has decided something that this one has no word for."""
    book = book_of(transition())
    porter = Porter(book, SidecarSettings(when_stale="closed"))
    for content in (b'{"fleet":"north","agent_id":"ann","state":"exiled"}', b"\xff", b'{"fleet":"\xff"}'):
        book.tell(Record(ENFORCEMENT.name, content, b'["north","ann"]'))
        assert not porter.rule("north", "ann", Act()).fresh
        assert not porter.rule("north", "ann", Act()).allow
        assert porter.rule("north", "cy", Act()).allow
        book.states.note(transition("released", agent="ann"))
        assert porter.rule("north", "ann", Act()).allow
    book.tell(Record(ENFORCEMENT.name, b"no json", b"\xff"))
    assert book.unreadable == 4


def test_a_record_that_no_fold_of_this_version_wrote_is_counted_and_left_out() -> None:
    book = book_of(transition())
    book.tell(Record(ENFORCEMENT.name, b"no json"))
    book.tell(Record(ENFORCEMENT.name, b'{"fleet":"north","agent_id":"bob","state":"exiled"}'))
    book.tell(Record(PROGRESS.name, b"{}"))
    book.tell(Record(ENFORCEMENT.name, None))
    for value in JUNK:
        book.tell(Record(ENFORCEMENT.name, value))
    assert (book.unreadable, len(book.states)) == (3 + len(JUNK), 1)


class Clocks:
    """Both stand still unless they are moved."""

    def __init__(self) -> None:
        self.wall_s, self.steady_s = 10.0, 500.0

    def __call__(self) -> Instant:
        return Instant(self.wall_s, self.steady_s)


def _heard(*signs: tuple[int, int], clocks: Clocks) -> Book:
    """A book that was told `(offset, time)` of the partition of the fleet `north`, one after the other."""
    book = Book(clocks)
    book.partitions = PARTITIONS
    for offset, time in signs:
        book.note_progress(alive(home("north", PARTITIONS), time), offset)
    return book


def test_a_fleet_is_as_fresh_as_the_fold_of_its_partition() -> None:
    book = _heard((0, 9_000), clocks=Clocks())
    assert book.age_s("north") == pytest.approx(1.0)
    assert book.age_s("default") is None
    book.partitions = 0
    assert book.age_s("north") is None


def test_reading_the_topic_again_makes_no_fold_fresher() -> None:
    clocks = Clocks()
    book = _heard((4, 9_000), (5, 9_500), clocks=clocks)
    clocks.wall_s, clocks.steady_s = 20.0, 510.0
    for offset, time in ((4, 9_000), (5, 9_500)):
        book.note_progress(alive(home("north", PARTITIONS), time), offset)
    assert book.age_s("north") == pytest.approx(10.5)


def test_a_worker_whose_clock_is_ahead_does_not_look_alive_after_its_death() -> None:
    clocks = Clocks()
    book = _heard((0, 3_600_000), clocks=clocks)
    clocks.wall_s, clocks.steady_s = 18.0, 508.0
    assert book.age_s("north") == pytest.approx(8.0)


def test_a_worker_whose_clock_is_behind_that_of_the_one_before_is_heard() -> None:
    assert _heard((0, 10_000), (1, 7_000), clocks=Clocks()).age_s("north") == pytest.approx(3.0)


def test_a_topic_that_was_made_anew_is_heard() -> None:
    assert _heard((900, 7_000), (0, 9_000), clocks=Clocks()).age_s("north") == pytest.approx(1.0)


def test_a_clock_that_somebody_sets_makes_nothing_older_or_fresher() -> None:
    clocks = Clocks()
    book = _heard((0, 9_000), clocks=clocks)
    clocks.wall_s = 1_000_000.0
    assert book.age_s("north") == pytest.approx(1.0)


def _told(*said: int | None, clocks: Clocks) -> Book:
    """A book that hears of the partition of `north` now: how far behind, in ms, its fold says that it is, in turn."""
    book = Book(clocks)
    book.partitions = PARTITIONS
    for offset, behind_ms in enumerate(said):
        book.note_progress(alive(home("north", PARTITIONS), 10_000, behind_ms=behind_ms), offset)
    return book


def test_a_fold_that_lives_but_is_behind_leaves_its_fleets_out_of_touch_until_it_has_caught_up() -> None:
    settings = SidecarSettings(when_stale="closed", stale_after_s=5.0)
    behind = Porter(_told(26_000, clocks=Clocks()), settings).rule("north", "ann", Act())
    assert (behind.fresh, behind.age_s, behind.allow) == (False, 26.0, False)
    caught_up = Porter(_told(26_000, 0, clocks=Clocks()), settings).rule("north", "ann", Act())
    assert (caught_up.fresh, caught_up.age_s, caught_up.allow) == (True, 0.0, True)


def test_how_far_a_fold_is_behind_does_not_depend_on_whose_clock_is_ahead() -> None:
    clocks = Clocks()
    clocks.wall_s = 4.0
    assert _told(26_000, clocks=clocks).age_s("north") == pytest.approx(26.0)


def test_a_worker_that_does_not_know_yet_leaves_the_age_that_its_predecessor_said() -> None:
    clocks = Clocks()
    assert _told(None, clocks=clocks).age_s("north") is None
    book = _told(1_000, None, clocks=clocks)
    clocks.steady_s += 2.0
    assert book.age_s("north") == pytest.approx(3.0)
