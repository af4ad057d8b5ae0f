"""STREAM-5: since when a fold has not had the whole log."""

from app.streaming.caught_up import CaughtUp, Sighting


def _seen(*sightings: tuple[int, int]) -> CaughtUp:
    caught_up = CaughtUp()
    for end, at_ms in sightings:
        caught_up.see(Sighting(end, at_ms))
    return caught_up


def test_a_steady_backlog_is_as_old_as_it_is() -> None:
    """A hundred records a second come in and go out, 26 s later."""
    caught_up = CaughtUp()
    for second in range(120):
        caught_up.see(Sighting(end=100 * second, at_ms=1_000 * second))
        done = caught_up.at(100 * (second - 26))
    assert done == 1_000 * (119 - 26)


def test_an_idle_log_that_is_had_is_had_as_of_the_last_look() -> None:
    assert _seen((7, 1_000), (7, 2_000), (7, 3_000)).at(7) == 3_000


def test_markers_behind_the_last_record_keep_nothing_behind() -> None:
    """A look that finds them unread names their end; the next knows that they hold nothing to fold."""
    caught_up = _seen((12, 1_000))
    assert caught_up.at(11) is None
    caught_up.see(Sighting(11, 2_000))
    assert caught_up.at(11) == 2_000


def test_a_long_backlog_takes_bounded_memory_and_looks_older_rather_than_younger() -> None:
    caught_up = _seen(*((offset, 100 * offset) for offset in range(1, 5_000)))
    assert caught_up.at(600) == 60_000
    assert caught_up.at(4_000) == 60_000
    caught_up.see(Sighting(5_000, 500_000))
    assert caught_up.at(5_000) == 500_000
