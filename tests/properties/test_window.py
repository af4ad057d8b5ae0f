"""D3: a spool forgets a message only when all before it are acknowledged."""

from hypothesis import given
from hypothesis import strategies as st

from app.bus.window import Window


@given(st.data())
def test_the_head_advances_to_just_before_the_first_open_sequence(data: st.DataObject) -> None:
    sequences = sorted(data.draw(st.sets(st.integers(1, 1_000), min_size=1, max_size=50)))
    window = Window()
    for sequence in sequences:
        window.hand(sequence)
    open_ = list(sequences)
    for sequence in data.draw(st.permutations(sequences)):
        head = open_[0]
        window.settle(sequence)
        open_.remove(sequence)
        gone = [s for s in sequences if head <= s < (open_[0] if open_ else 1_001)]
        assert window.advance() == (gone[-1] if gone else None)
        assert len(window) == len(open_)
