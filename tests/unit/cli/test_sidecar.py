"""API-3: doors that anybody could ask do not open, and say in a line what to do."""

from pathlib import Path

import pytest

from app.cli.main import main


def test_beyond_this_machine_a_sidecar_without_a_token_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sidecar", "--host", "0.0.0.0", "--data", str(tmp_path)])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "0.0.0.0" in line
    assert "RINGFENCE_SIDECAR__TOKEN" in line


def test_a_token_that_no_header_can_hold_is_not_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFENCE_SIDECAR__TOKEN", "two words")
    with pytest.raises(SystemExit):
        main(["sidecar", "--data", str(tmp_path)])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ringfence: RINGFENCE_SIDECAR__TOKEN")
    assert "two words" not in line
