"""STREAM-1, STREAM-4, D4 on real input: 188 games of Avalon, sent, decided, dumped and folded again."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from app.archive.plain import read_plain
from app.bus.envelope import Envelope, read_envelopes
from app.embedded.run_file import settings_for
from app.topics import RAW
from tests.evaluation.conftest import Convert
from tests.system.command import ringfence
from tests.system.progress import ProgressFollower
from tests.system.recorded import CHANNELS

pytestmark = [pytest.mark.kafka]

FLEET_FROM = "metadata.run"
POLICY = {"version": 1, "mode": "enforce", "clock": "messages"}
"""The messages' own times count, on both sides."""


class Run(NamedTuple):
    """The set on the topics and in files."""

    messages: Path
    topics: Mapping[str, list[Envelope]]
    """Dumps, by channel."""
    raw: list[Envelope]
    of_dump: Path
    """The fold of the dumped raw topic."""
    of_file: Path
    """The fold of the set itself."""


@pytest.fixture(scope="module")
def run(convert: Convert, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("avalon")
    messages, data = convert("avalon"), folder / "data"
    ringfence("up", "--data", data, "--workers", "2", "--detach")
    try:
        yield decide(messages, data, folder)
    finally:
        ringfence("down", "--data", data)


def decide(messages: Path, data: Path, folder: Path) -> Run:
    policy = folder / "policy.json"
    policy.write_bytes(msgspec.json.encode(POLICY))
    ringfence("policy", "apply", policy, "--data", data)
    ringfence("send", messages, "--fleet-from", FLEET_FROM, "--event-time", "message", "--data", data)
    raw = dump(RAW.name, data, folder)
    wait_decided(raw, data)
    ringfence("fold", folder / f"{RAW.name}.jsonl", "--out", folder / "of-dump")
    ringfence("fold", messages, "--out", folder / "of-file", "--fleet-from", FLEET_FROM, "--policy", policy)
    topics = {channel: dump(topic, data, folder) for channel, topic in CHANNELS.items()}
    return Run(messages, topics, raw, folder / "of-dump", folder / "of-file")


def dump(topic: str, data: Path, folder: Path) -> list[Envelope]:
    file = folder / f"{topic}.jsonl"
    ringfence("dump", topic, "--out", file, "--data", data)
    return list(read_envelopes(file)) if file.stat().st_size else []


def wait_decided(raw: list[Envelope], data: Path) -> None:
    """Wait until the workers say that they are behind the last record of each partition."""
    ends = {record.partition: record.offset for record in raw}
    follower = ProgressFollower(settings_for(data).kafka)
    for _ in range(1_200):
        if all(follower.next_offset(partition) > last for partition, last in ends.items()):
            break
        follower.poll()
    else:
        pytest.fail(f"not decided up to {ends}: {follower.latest}")
    follower.close()


def test_each_message_has_one_decision(run: Run) -> None:
    decided = [decoded(record) for record in run.topics["decisions"]]
    messages = {place(decision["position"]) for decision in decided if decision["kind"] == "message"}
    lines = len(run.messages.read_bytes().splitlines())
    assert len(messages) == lines
    assert len(decided) == len(run.raw)


@pytest.mark.parametrize("channel", CHANNELS)
def test_fold_of_the_dump_is_the_same_bytes(run: Run, channel: str) -> None:
    assert [record.value for record in run.topics[channel]] == lines_of(run.of_dump, channel)


@pytest.mark.parametrize("channel", CHANNELS)
def test_fold_of_the_file_differs_in_positions_only(run: Run, channel: str) -> None:
    numbers = line_numbers(run)
    recorded = [renumbered(decoded(record), numbers) for record in run.topics[channel]]
    assert by_fleet(recorded) == by_fleet([msgspec.json.decode(line) for line in lines_of(run.of_file, channel)])


def test_agents_are_the_same(run: Run) -> None:
    assert lines_of(run.of_dump, "agents") == lines_of(run.of_file, "agents")


def lines_of(folder: Path, name: str) -> list[bytes]:
    return (folder / f"{name}.jsonl").read_bytes().splitlines()


def decoded(record: Envelope) -> Any:  # noqa: ANN401 - JSON
    return msgspec.json.decode(record.value or b"null")


def place(position: Mapping[str, int]) -> tuple[int, int]:
    return position["partition"], position["offset"]


def line_numbers(run: Run) -> dict[tuple[int, int], int]:
    """The line of the set that stands at each position of the log."""
    lines = {record.value: record.offset for record in read_plain(run.messages, FLEET_FROM)}
    return {(each.partition, each.offset): lines[each.value] for each in run.raw if each.value in lines}


def renumbered(value: Any, numbers: Mapping[tuple[int, int], int]) -> Any:  # noqa: ANN401 - JSON
    """The same with line numbers for positions."""
    if isinstance(value, list):
        return [renumbered(each, numbers) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"partition", "offset"}:
        return numbers.get(place(value), "control")
    return {name: renumbered(each, numbers) for name, each in value.items()}


def by_fleet(outputs: list[Any]) -> dict[str, list[Any]]:
    """Outputs of each fleet, in order; what commands caused has no counterpart in a file."""
    grouped: dict[str, list[Any]] = {}
    for output in outputs:
        if output.get("kind") != "control":
            grouped.setdefault(output.get("fleet", ""), []).append(output)
    return grouped
