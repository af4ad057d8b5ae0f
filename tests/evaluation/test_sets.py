"""PATTERN-6: how a set is scored: the right answers score 1, whatever the fold."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from tests.evaluation.figure import QUICK
from tests.evaluation.folded import Folded
from tests.evaluation.sets import SETS

RUN = "a-run"


def message(number: int, sender: str, target: str, content: dict[str, object], **metadata: object) -> object:
    return {
        "agent_id": sender,
        "timestamp": f"2025-01-01T00:00:{number:02}.000000Z",
        "message_type": "request",
        "content": content,
        "target_agents": [target],
        "correlation_id": RUN,
        "metadata": {"msg_id": f"m{number}", "run": RUN, **metadata},
    }


def decision(position: int, **scores: float) -> object:
    return {
        "position": position,
        "risk": scores.pop("risk", 0.0),
        "anomaly": scores.pop("anomaly", 0.0),
        "scores": scores,
    }


def alert(pattern: str, time: int, severity: float, **roles: str) -> object:
    agents = [{"agent_id": agent, "role": role} for agent, role in roles.items()]
    return {
        "alert_id": f"{pattern}{time}", "state": "opened", "time": time, "fleet": RUN, "pattern": pattern,
        "severity": severity, "agents": agents, "evidence": [],
    }  # fmt: skip


def agent(name: str, trust: float = 100.0, **scores: float) -> object:
    return {"fleet": RUN, "agent_id": name, "trust": trust, "scores": scores, "peaks": scores}


def label(detector: str, scope: str, name: str, holds: object, **more: object) -> object:
    return {"detector": detector, "scope": scope, "id": name, "label": holds, **more}


def scores(name: str, folder: Path, **files: Iterable[object]) -> list[float | None]:
    for file in ("messages", "labels", "decisions", "alerts", "agents", "cycles"):
        lines = [msgspec.json.encode(line) for line in files.get(file, ())]
        (folder / f"{file}.jsonl").write_bytes(b"\n".join(lines))
    return [figure.estimate.score for figure in SETS[name].figures(Folded(name, folder, folder, 1.0), QUICK)]


def test_collegemsg_compares_whole_paths(tmp_path: Path) -> None:
    messages = [message(n, pair[0], pair[1], {}) for n, pair in enumerate(("ab", "bc", "ca", "ad"))]
    labels = [label("loop", "path", "m0|m1|m2", 1)]
    found = [{"positions": [0, 1, 2]}, {"positions": [0, 1, 2, 3, 4, 5]}, {"dropped": 3}]
    assert scores("collegemsg", tmp_path, messages=messages, labels=labels, cycles=found) == [1, 1]
    assert scores("collegemsg", tmp_path, messages=messages, labels=labels, cycles=found[:1] * 2) == [0.5, 1]
    assert scores("collegemsg", tmp_path, messages=messages, labels=labels) == [None, 0]


def test_ibm_aml_compares_members_and_hubs(tmp_path: Path) -> None:
    messages = [message(n, pair[0], pair[1], {}) for n, pair in enumerate(("ab", "bc", "ca", "ad", "hd"))]
    labels = [label("loop", "agent", name, int(name in "abc")) for name in "abcdh"]
    labels.append(label("cascade", "path", "pattern-1", "h"))
    alerts = [
        alert("routing_loop", 1, 0.5, a="culprit", b="carrier", c="carrier"),
        alert("cascade", 1, 0.5, h="culprit", d="carrier"),
    ]
    assert scores("ibm_aml", tmp_path, messages=messages, labels=labels, alerts=alerts) == [1, 1]
    assert scores("ibm_aml", tmp_path, messages=messages, labels=labels, alerts=alerts[:1]) == [1, 0]


def test_who_when_compares_scores_of_messages_and_counts_strict_alerts(tmp_path: Path) -> None:
    messages = [message(n, "a", "b", {}) for n in range(2)]
    labels = [label("loop", "message", f"m{n}", n, run=RUN) for n in range(2)]
    decisions = [decision(0, loop=0.1), decision(1, loop=0.9)]
    alerts = [alert("routing_loop", 1, 0.5, a="culprit")]
    assert scores("who_when", tmp_path, messages=messages, labels=labels, decisions=decisions) == [1, 0]
    assert scores("who_when", tmp_path, messages=messages, labels=labels, decisions=decisions, alerts=alerts) == [1, 1]


def test_govsim_leaves_runs_without_an_end_out(tmp_path: Path) -> None:
    messages = [
        message(n, name, "pool", {"kind": "resource_request", "amount": 3.0}, run=run, round=0)
        for n, (name, run) in enumerate((("a", "x"), ("b", "y"), ("c", "z")))
    ]
    labels = [label("hoarding", "agent", "a", 1, run="x"), label("hoarding", "agent", "b", 0, run="y")]
    labels += [label("conflict", "run", run, holds) for run, holds in (("x", 1), ("y", 0), ("z", None))]
    decisions = [decision(0, risk=0.9), decision(1, risk=0.2), decision(2, risk=1.0)]
    agents = [agent("a", hoarding=0.7), agent("b", hoarding=0.2)]
    given = {"messages": messages, "labels": labels, "decisions": decisions, "agents": agents}
    assert scores("govsim", tmp_path, **given) == [1, 1]


def test_nezha_takes_the_strongest_alert_of_the_window(tmp_path: Path) -> None:
    messages = [message(n, "a", "b", {"kind": "reply", "duration_us": 5}) for n in range(3)]
    window = {"start": "2025-01-01T00:00:00Z", "end": "2025-01-01T00:03:00Z"}
    labels = [label("cascade_root", "window", "w", "faulty", **window)]
    start = 1_735_689_600_000
    alerts = [
        alert("bottleneck", start + 1_000, 0.4, other="culprit"),
        alert("cascade", start + 2_000, 0.8, faulty="culprit", other="victim"),
        alert("bottleneck", start + 999_000, 1.0, other="culprit"),
    ]
    assert scores("nezha", tmp_path, messages=messages, labels=labels, alerts=alerts) == [1]
    assert scores("nezha", tmp_path, messages=messages, labels=labels, alerts=alerts[:1]) == [0]
    assert scores("nezha", tmp_path, messages=messages, labels=labels) == [0]


@pytest.mark.parametrize(("name", "detector"), [("agentdojo", "byzantine"), ("avalon", "byzantine")])
def test_deceivers_are_told_by_their_final_score(name: str, detector: str, tmp_path: Path) -> None:
    messages = [message(n, pair[0], pair[1], {"kind": "chat"}) for n, pair in enumerate(("ab", "ba"))]
    labels = [label(detector, "agent", each, int(each == "a"), run=RUN) for each in "ab"]
    agents = [agent("a", byzantine=0.6), agent("b", byzantine=0.5)]
    assert scores(name, tmp_path, messages=messages, labels=labels, agents=agents)[-1] == 1


def test_trust_is_compared_and_a_forgotten_agent_counts_as_a_stranger(tmp_path: Path) -> None:
    messages = [message(n, pair[0], pair[1], {"rating": 1}) for n, pair in enumerate(("ab", "ba"))]
    labels = [label("trust", "agent", each, int(each == "a")) for each in "ab"]
    assert scores("bitcoin_blind", tmp_path, messages=messages, labels=labels, agents=[agent("b", trust=20.0)]) == [1]


def test_ipd_compares_ranks(tmp_path: Path) -> None:
    messages = [message(n, pair[0], pair[1], {"action": "defect"}) for n, pair in enumerate(("ab", "bc", "ca"))]
    labels = [label("trust", "agent", each, 0.5, good_partner=n / 3) for n, each in enumerate("abc")]
    agents = [agent(each, trust=10.0 * n) for n, each in enumerate("abc")]
    assert scores("ipd", tmp_path, messages=messages, labels=labels, agents=agents) == [1]


def test_nab_finds_the_points_of_a_window(tmp_path: Path) -> None:
    messages = [message(n, "a", "b", {"value": 1.0}) for n in range(50)]
    windows = [["2025-01-01T00:00:30.000000Z", "2025-01-01T00:00:40.000000Z"]]
    labels = [label("anomaly", "agent", "a", 1, windows=windows, probation=5)]
    decisions = [decision(n, anomaly=float(n == 30)) for n in range(50)]
    assert scores("nab", tmp_path, messages=messages, labels=labels, decisions=decisions) == [100]
