"""BUS-4: a file is taken up exactly where it was left."""

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bus.errors import LineTooLongError
from app.bus.message_file import MAX_LINE_BYTES, Line, Place, identity, read_lines
from app.lines import open_lines


def all_lines(content: bytes, place: Place) -> list[Line]:
    return [line for group in read_lines(io.BytesIO(content), place, "file") for line in group]


without_end = st.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))


@given(st.lists(without_end, max_size=20), st.sampled_from([b"", b"\n"]), st.data())
def test_the_rest_after_any_line_is_the_rest(raw: list[bytes], end: bytes, data: st.DataObject) -> None:
    content = b"\n".join(raw) + (end if raw else b"")
    whole = all_lines(content, Place())
    *ended, last = content.split(b"\n")
    expected = [*ended, last] if last else ended
    assert [line.value for line in whole] == [line.rstrip(b"\r") for line in expected]
    cut = data.draw(st.integers(0, len(whole)))
    if cut:
        left = whole[cut - 1]
        assert all_lines(content, Place(left.end, left.number)) == whole[cut:]


def test_a_compressed_file_is_taken_up_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"one\ntwo\nthree\n"))
    with open_lines(path) as file:
        assert list(read_lines(file, Place(offset=4, lines=1), "a")) == [[Line(2, b"two", 8), Line(3, b"three", 14)]]


def test_a_file_without_line_ends_is_refused() -> None:
    with pytest.raises(LineTooLongError, match="file:1"):
        all_lines(bytes(MAX_LINE_BYTES + 1), Place())


def test_another_file_under_the_same_name_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\n")
    first = identity(path)
    assert identity(path) == first
    path.write_bytes(b"two\n")
    assert identity(path) != first
