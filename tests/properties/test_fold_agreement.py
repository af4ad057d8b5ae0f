"""Files and topics agree; a message survives its way; hashes decide nothing (design decision 11, BUS-5, STREAM-4)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.archive.plain import LineRecord
from app.core.policy import Policy, parse_policy
from app.core.table import AnyTable, Key
from app.events import AgentMessage, decode_message
from tests.properties.fold_logs import SHORT, values
from tests.unit.core.folding import Fold
from tests.unit.core.records import HOME_FLEETS, PARTITION, START, Record

fast = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
MESSAGES: Policy = parse_policy(msgspec.json.encode({**SHORT, "clock": "messages", "mode": "enforce"}))


@st.composite
def timed(draw: st.DrawFn) -> bytes:
    """Messages with their own times, some of them bad, as lines of a file."""
    value = draw(values())
    fields = msgspec.json.decode(value)
    second = draw(st.integers(0, 500))
    fields |= {"timestamp": f"2025-01-01T00:{second // 60:02}:{second % 60:02}Z", "fleet": HOME_FLEETS[0]}
    return msgspec.json.encode(fields) if draw(st.integers(0, 9)) else value[:-1]


@fast
@given(st.lists(timed(), max_size=40), st.integers(1, 5))
def test_a_file_and_a_dump_of_the_same_messages_agree(lines: list[bytes], gap: int) -> None:
    """All but positions and chain, under the clock of the messages."""
    file, dump = Fold(MESSAGES, plain=True), Fold(MESSAGES)
    of_file = file.run(LineRecord(number, line, partition=PARTITION) for number, line in enumerate(lines))
    of_dump = dump.run(Record(n * gap, line, timestamp=START + 7 * n) for n, line in enumerate(lines))
    for one, other in zip(of_file, of_dump, strict=True):
        assert [_without_place(output.value, 1) for output in one.outputs] == [
            _without_place(output.value, gap) for output in other.outputs
        ]
    assert _without_offsets(file, 1) == _without_offsets(dump, gap)


def _without_place(value: bytes, gap: int) -> object:
    fields = msgspec.json.decode(value)
    fields.pop("timestamp", None)
    return _lines(fields, gap)


def _lines(value: Any, gap: int) -> Any:  # noqa: ANN401 - any JSON
    """Positions as the numbers of lines."""
    if isinstance(value, dict):
        if value.keys() == {"partition", "offset"}:
            return value["offset"] // gap
        return {name: _lines(inner, gap) for name, inner in value.items()}
    return [_lines(inner, gap) for inner in value] if isinstance(value, list) else value


def _without_offsets(fold: Fold, gap: int) -> dict[str, list[object]]:
    fold.flush()
    tables = {table.name: _entries(fold, table) for table in fold.state._tables}
    for partition in tables.pop("partitions"):
        assert partition.next_offset % gap == 1 % gap
    return {name: [_table_lines(entry, gap) for entry in found] for name, found in tables.items()}


def _entries(fold: Fold, table: AnyTable) -> list[Any]:
    own = {key: table.get(key) for key in _keys(fold, table)}
    return [entry for _, entry in sorted(own.items())]


def _keys(fold: Fold, table: AnyTable) -> Iterator[Key]:
    for encoded in fold.tables[table.stored]:
        key = msgspec.json.decode(encoded, type=Key)
        if table.stored == table.name:
            yield key
        elif key[0] == table.name:
            yield key[1:]


def _table_lines(entry: Any, gap: int, name: str = "") -> Any:  # noqa: ANN401 - any entry
    if name in ("offset", "evidence"):
        return entry // gap if name == "offset" else [offset // gap for offset in entry]
    if isinstance(entry, msgspec.Struct):
        return {field: _table_lines(getattr(entry, field), gap, field) for field in entry.__struct_fields__}
    return [_table_lines(inner, gap) for inner in entry] if isinstance(entry, tuple) else entry


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**40), 10**40), st.floats(allow_nan=False), st.text(max_size=20)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
).filter(lambda value: "inf" not in str(value))
names = st.text(min_size=1, max_size=20)
optional = dict.fromkeys(
    ("correlation_id", "id", "fleet", "causation_id", "conversation_id", "sponsor", "timestamp"), names
)


@fast
@given(
    st.fixed_dictionaries(
        {"agent_id": names, "message_type": names},
        optional={
            **optional,
            "content": json_values,
            "metadata": st.dictionaries(names, json_values, max_size=3),
            "target_agents": st.lists(names, min_size=1, max_size=3),
        },
    ),
    st.booleans(),
)
def test_a_message_round_trips_exactly(fields: dict[str, object], ascii_only: bool) -> None:  # noqa: FBT001
    """BUS-5, D1: any Unicode content, nested metadata, big integers, absent fields."""
    text = json.dumps(fields, ensure_ascii=ascii_only)
    message = decode_message(text.encode(errors="surrogatepass"))
    again = msgspec.json.encode(message)
    assert decode_message(again) == message
    left = {name: value for name, value in json.loads(again).items() if name in fields}
    assert left == {name: value for name, value in fields.items() if name in left}
    assert fields.keys() - left.keys() <= {"content", "metadata"}
    if "content" in fields and fields["content"] is not None:
        assert bytes(message.content).decode() == json.dumps(fields["content"], ensure_ascii=ascii_only)


def test_an_absent_field_stays_absent() -> None:
    """BUS-5."""
    assert msgspec.json.encode(AgentMessage(agent_id="a", message_type="t")) == b'{"agent_id":"a","message_type":"t"}'


_RUN = """
import hashlib, itertools, msgspec
from app.core.policy import Policy
from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate
from tests.unit.core.folding import Fold
from tests.unit.core.records import Record

fold = Fold(Policy(mode="enforce"))
plan = Plan("conflict", fleets=3, agents=6, seed=3, rate=50, duration_s=60)
messages = [event for event in simulate(plan) if isinstance(event, AgentMessage)]
done = fold.run(Record(n, msgspec.json.encode(m), timestamp=1735689600000 + 20 * n) for n, m in enumerate(messages))
print(len(done), done[-1].link.hex(), hashlib.sha256(repr(fold.stored()).encode()).hexdigest())
"""


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_order_of_hashes_decides_nothing(seed: str) -> None:
    """STREAM-4: chain and tables are the same under every PYTHONHASHSEED, in any locale and time zone."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    plain = _output({**here, "PYTHONHASHSEED": "0"})
    other = _output({**here, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Kathmandu"})
    assert plain == other
    assert int(plain.split()[0]) > 1000


def _output(environment: dict[str, str]) -> bytes:
    return subprocess.run([sys.executable, "-c", _RUN], env=environment, check=True, capture_output=True).stdout
