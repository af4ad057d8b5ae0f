"""QUAR-2, QUAR-6: whoever is contained is really stopped, and nobody else is, in the system as it is started."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from app.bus.reader import read_topic
from app.embedded.run_file import settings_for
from app.events import AgentMessage, Header, Transition
from app.record import LogRecord
from app.topics import ENFORCEMENT, RAW
from tests.system.command import ringfence

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

FLEET = "conflict-1"
SIMULATED = ("--scenario", "conflict", "--agents", "8", "--seed", "7", "--for", "40", "--rate", "60", "--severity", "1")
POLICY = '{"version": 1, "mode": "enforce", "trust": {"prior": 1}, "enforcement": {"throttle_below": 30}}'
"""No throttle for a low score: it would keep its agent from falling further, to where there is a quarantine."""
PASSED_ON_S = 1.0
"""From a quarantine to its first refusal: what was let through before may be in the log by then."""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The folder of a system in which the fleet's policy is enforced."""
    folder = tmp_path / "data"
    (tmp_path / "policy.json").write_text(POLICY)
    ringfence("up", "--data", folder, "--detach")
    ringfence("policy", "apply", tmp_path / "policy.json", "--fleet", FLEET, "--data", folder)
    yield folder
    ringfence("down", "--data", folder)


def test_a_contained_agent_says_nothing_more_and_the_others_lose_nothing(data: Path, tmp_path: Path) -> None:
    said = ringfence("simulate", *SIMULATED, "--door", "--data", data)
    assert "turned away at the door" in said
    ringfence("simulate", *SIMULATED, "--out", tmp_path / "all.jsonl")
    wanted = Counter(_sender(line) for line in (tmp_path / "all.jsonl").read_bytes().splitlines())

    kafka = settings_for(data).kafka
    sent = _times(read_topic(kafka, RAW.name))
    decoder = msgspec.json.Decoder(Transition)
    found = [decoder.decode(record.value or b"") for record in read_topic(kafka, ENFORCEMENT.name)]
    quarantined = {each.agent_id: each for each in found if each.state == "quarantined"}
    restrained = {each.agent_id for each in found if each.state in ("throttled", "quarantined")}
    assert quarantined
    for agent, quarantine in quarantined.items():
        assert quarantine.mode == "enforce"
        assert [at for at in sent[agent] if at > quarantine.time + PASSED_ON_S * 1000] == [], f"{agent} still speaks"
    assert {agent: len(times) for agent, times in sent.items() if agent not in restrained} == {
        agent: count for agent, count in wanted.items() if agent not in restrained
    }


def _sender(line: bytes) -> str:
    return msgspec.json.decode(line, type=AgentMessage).agent_id


def _times(records: Iterable[LogRecord]) -> dict[str, list[int]]:
    """When each agent's messages were appended, in milliseconds."""
    times: dict[str, list[int]] = {}
    for record in records:
        if Header.CONTROL not in dict(record.headers):
            times.setdefault(_sender(record.value or b""), []).append(record.timestamp)
    return times
