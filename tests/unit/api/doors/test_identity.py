"""Names in paths and headers (QUAR-7): what could mean two agents is refused."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.doors.identity import BadNameError, decoded, single
from app.core.signals import MAX_NAME

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=MAX_NAME)


@given(NAMES)
def test_every_name_that_the_fold_knows_can_be_asked_about(name: str) -> None:
    sent = quote(name, safe="").encode()
    assert decoded(sent) == name
    assert single("x-agent", [sent]) == name


@pytest.mark.parametrize("raw", [b"", b"100%", b"%zz", b"%ff", b"\xff", b"a" * (MAX_NAME + 1), b"%C3%B6" * 257])
def test_what_is_no_name_is_refused(raw: bytes) -> None:
    with pytest.raises(BadNameError):
        decoded(raw)


@pytest.mark.parametrize("values", [[b"eve", b"bob"], [b"eve,bob"], [b"bob", b""], [b"eve, bob"]])
def test_a_header_that_stands_twice_or_is_joined_names_nobody(values: list[bytes]) -> None:
    with pytest.raises(BadNameError, match="more than one"):
        single("x-agent", values)


@pytest.mark.parametrize("values", [[], [b""]])
def test_an_absent_or_empty_header_names_nobody(values: list[bytes]) -> None:
    assert single("x-agent", values) is None
