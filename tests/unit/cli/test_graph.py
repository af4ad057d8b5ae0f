"""CLI-1, GRAPH-4: `ringfence graph` over what a fold has written."""

import gzip
from pathlib import Path

import msgspec
import pytest

from app.cli.causal.show import FleetReport
from app.cli.main import main


def run(*arguments: str | Path, status: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert ended.value.code == status


def said(agent: str, second: int, *targets: str, **fields: object) -> bytes:
    whole = {
        "agent_id": agent,
        "message_type": "request",
        "target_agents": targets,
        "timestamp": f"2025-01-01T00:00:{second:02}Z",
        "fleet": "north",
        **fields,
    }
    return msgspec.json.encode(whole)


@pytest.fixture
def results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A ring of three that one other agent sets off with a broadcast; a second fleet."""
    lines = [
        said("eve", 0, id="m1"),
        said("ann", 1, "bob", causation_id="m1"),
        said("bob", 2, "cy"),
        said("cy", 3, "ann"),
        said("ann", 4, "bob", fleet="south"),
        said("ann", 9, "bob"),
    ]
    (tmp_path / "messages.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    run("fold", tmp_path / "messages.jsonl", "--out", tmp_path / "results")
    capsys.readouterr()
    return tmp_path / "results"


def reports(capsys: pytest.CaptureFixture[str]) -> dict[str, FleetReport]:
    lines = capsys.readouterr().out.splitlines()
    found = [msgspec.json.decode(line, type=FleetReport) for line in lines]
    return {report.graph.fleet: report for report in found}


def test_the_numbers_of_each_fleet(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("graph", results, "--json")
    found = reports(capsys)
    assert list(found) == ["north", "south"]
    north = found["north"].graph
    assert (north.nodes, north.edges, north.components) == (4, 4, 1)
    assert (north.strong_components, north.largest_strong_component) == (2, 3)
    assert (north.density, north.reciprocity, north.whole) == (round(4 / 12, 6), 0.0, True)
    assert {hub.agent_id for hub in north.hubs} == {"ann", "bob", "cy", "eve"}
    trust = found["north"].trust
    assert trust is not None
    assert (trust.agents, trust.mean) == (4, 100.0)


def test_it_is_drawn_for_people(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("graph", results, "--fleet", "north")
    shown = capsys.readouterr().out
    assert "4 agents, 4 edges" in shown
    assert "causation" in shown
    assert "trust of 4 agents: mean 100.0" in shown


def test_several_fleets_are_a_line_each(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("graph", results)
    shown = capsys.readouterr().out
    assert all(fleet in shown for fleet in ("north", "south", "--fleet NAME"))


def test_an_earlier_graph_by_time_or_version(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("graph", results / "graph.jsonl", "--fleet", "north", "--at", "2025-01-01T00:00:02Z", "--json")
    by_time = reports(capsys)["north"]
    run("graph", results, "--fleet", "north", "--version", "2", "--json")
    by_version = reports(capsys)["north"]
    assert by_time.graph.version == by_version.graph.version == 2
    assert by_time.graph.edges == by_version.graph.edges < 4
    assert by_time.trust is None


def test_zipped_results_do_as_well(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = results / "graph.jsonl"
    (results / "graph.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    run("graph", results, "--json")
    assert reports(capsys)["north"].graph.edges == 4


def test_a_graph_without_its_beginning_says_so(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = results / "graph.jsonl"
    file.write_bytes(b"".join(line for line in file.read_bytes().splitlines(keepends=True)[1:]))
    run("graph", file, "--fleet", "north")
    assert "not whole: what stood in versions 1 to 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("nowhere",), "no graph.jsonl there; `ringfence fold FILE --out FOLDER` writes it"),
        (("results", "--fleet", "west"), "no graph of west in results"),
        (("results", "--at", "2024-01-01"), "no graph of any fleet in results so early"),
        (("results", "--at", "yesterday"), "'yesterday' is no time"),
        (("results/tables/graph.jsonl",), "not the graph of a fold"),
    ],
)
def test_what_is_wrong_is_one_line(
    results: Path,
    arguments: tuple[str, ...],
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(results.parent)
    run("graph", *arguments, status=1)
    said = capsys.readouterr().err
    assert problem in said
    assert said.count("\n") == 1
