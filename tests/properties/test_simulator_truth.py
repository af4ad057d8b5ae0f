"""TRUST-2, SIM-2: the fold tells the aggressive agents of a simulated fight from all others."""

from pathlib import Path

import msgspec
import pytest

from app.cli.main import main
from app.simulator.truth import Label


class Summary(msgspec.Struct):
    agent_id: str
    trust: float


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 0


def folded(scenario: str, seed: int, folder: Path) -> tuple[dict[str, float], set[str]]:
    """The trust of each agent at the end, and who was aggressive."""
    messages, truth, out = folder / "messages.jsonl", folder / "truth.jsonl", folder / "out"
    simulated = ("--scenario", scenario, "--seed", str(seed), "--for", "90", "--out", str(messages))
    run("simulate", *simulated, "--truth", str(truth))
    run("fold", str(messages), "--out", str(out))
    summaries = [msgspec.json.decode(line, type=Summary) for line in (out / "agents.jsonl").read_bytes().splitlines()]
    labels = [msgspec.json.decode(line, type=Label) for line in truth.read_bytes().splitlines()]
    aggressive = {label.id for label in labels if label.detector == "aggressive" and label.label}
    return {summary.agent_id: summary.trust for summary in summaries}, aggressive


@pytest.mark.parametrize("seed", range(3))
def test_aggressive_agents_fall_below_the_limit_and_honest_ones_stay_above(seed: int, tmp_path: Path) -> None:
    trust, aggressive = folded("conflict", seed, tmp_path)
    assert aggressive
    assert max(trust[agent] for agent in aggressive) < 30
    assert min(score for agent, score in trust.items() if agent not in aggressive) > 60


@pytest.mark.parametrize("seed", range(3))
def test_nobody_falls_on_a_healthy_day(seed: int, tmp_path: Path) -> None:
    trust, aggressive = folded("healthy", seed, tmp_path)
    assert not aggressive
    assert min(trust.values()) > 90
