"""Tags are bounded in number and never break a datagram, whatever fleets are called."""

from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.labels import MAX_LABEL, OTHER, Labels, label


@given(st.none() | st.text(max_size=300))
def test_a_label_holds_nothing_that_separates(name: str | None) -> None:
    said = label(name)
    assert 0 < len(said) <= 3 * MAX_LABEL
    assert not set(said) & set(" \n\t|,#@:{}\"'\\")


@given(st.lists(st.text(max_size=8), max_size=50), st.integers(1, 5))
def test_labels_are_bounded_and_do_not_change(names: list[str], limit: int) -> None:
    labels = Labels(limit)
    first = [labels(name) for name in names]
    assert len(set(first) - {OTHER}) <= limit
    assert [labels(name) for name in names] == first
