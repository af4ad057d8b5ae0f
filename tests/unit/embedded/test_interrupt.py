"""OPS-2: Ctrl-C, SIGTERM and a closed terminal end a program in order."""

import signal

import pytest

from app.embedded.interrupt import ENDING, stoppable


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_the_block_quietly_and_a_second_one_does_not_disturb_the_clean_up(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    steps = []
    with stoppable():
        try:
            signal.raise_signal(number)
            steps.append("went on")
        finally:
            signal.raise_signal(number)
            steps.append("cleaned up")
    assert steps == ["cleaned up"]
    assert signal.getsignal(number) == before
