"""D1, BUS-5: an envelope is a record, byte for byte, whatever the bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bus.envelope import Envelope, decode_envelope, encode_envelope, read_envelopes
from app.bus.errors import EnvelopeError
from app.lines import LinesWriter

# Half of all random bytes are no UTF-8 soon; text of every kind has to be drawn as text.
data = (
    st.binary() | st.text().map(str.encode) | st.sampled_from([b"\x00", b'"\\', b"\xed\xa0\x80", "\u2028\x7f".encode()])
)

records = st.builds(
    Envelope,
    topic=st.text(min_size=1),
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
    timestamp=st.integers(-1, 2**62),
    key=st.none() | data,
    value=st.none() | data,
    headers=st.lists(st.tuples(st.text(), st.none() | data)),
)


@given(records)
def test_a_record_comes_back_as_it_was(record: Envelope) -> None:
    line = encode_envelope(record)
    assert decode_envelope(line) == record
    assert b"\n" not in line


@given(records)
def test_text_is_readable_and_everything_else_is_base64(record: Envelope) -> None:
    value = json.loads(encode_envelope(record))["value"]
    try:
        text = None if record.value is None else record.value.decode()
    except UnicodeDecodeError:
        assert set(value) == {"base64"}
    else:
        assert value == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, max_size=5), st.sampled_from(["dump.jsonl", "dump.jsonl.gz"]))
def test_a_file_of_envelopes_comes_back_in_order(tmp_path: Path, written: list[Envelope], name: str) -> None:
    with LinesWriter(tmp_path / name) as lines:
        for record in written:
            lines.write(encode_envelope(record))
    assert list(read_envelopes(tmp_path / name)) == written


@given(st.binary(max_size=60))
def test_a_line_that_is_no_envelope_is_named(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.mktemp("garbage") / "dump.jsonl"
    path.write_bytes(
        b'{"topic":"t","partition":0,"offset":0,"timestamp":1,"key":null,"value":null,"headers":[]}\nX' + garbage
    )
    with pytest.raises(EnvelopeError, match=r"dump\.jsonl:2: "):
        list(read_envelopes(path))
