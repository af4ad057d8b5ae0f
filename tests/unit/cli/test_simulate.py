"""CLI-1, SIM-2: `ringfence simulate` writes messages and, beside them, the truth."""

from pathlib import Path

import msgspec
import pytest

from app.cli.main import main
from app.events import decode_message
from app.simulator.scenarios import SCENARIOS
from app.simulator.truth import Label


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *arguments])
    assert ended.value.code == 0


def test_equal_options_write_equal_files(tmp_path: Path) -> None:
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for file in files:
        run("--scenario", "conflict", "--seed", "7", "--for", "10", "--out", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


def test_every_line_is_a_message_of_a_fleet(tmp_path: Path) -> None:
    run("--fleets", "3", "--for", "10", "--rate", "100", "--out", str(tmp_path / "out"))
    messages = [decode_message(line) for line in (tmp_path / "out").read_bytes().splitlines()]
    assert {message.fleet for message in messages} == {"healthy-1", "healthy-2", "healthy-3"}
    assert len(messages) > 500


def test_the_truth_has_a_file_of_its_own(tmp_path: Path) -> None:
    run("--scenario", "conflict", "--for", "20", "--out", str(tmp_path / "out"), "--truth", str(tmp_path / "truth"))
    labels = [msgspec.json.decode(line, type=Label) for line in (tmp_path / "truth").read_bytes().splitlines()]
    assert {(label.detector, label.label) for label in labels} == {
        ("aggressive", 0), ("aggressive", 1), ("conflict", 0), ("conflict", 1),
    }  # fmt: skip


def test_an_unknown_scenario_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--scenario", "chaos", "--out", "-"])
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"ringfence: no scenario 'chaos'; there are: {', '.join(SCENARIOS)}\n"
