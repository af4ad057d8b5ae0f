"""API-3: doors that anybody could ask do not open, and say in a line what to do."""

import socket
from pathlib import Path

import pytest

from app.cli.main import main
from app.embedded.ports import HOST


def test_beyond_this_machine_a_sidecar_without_a_token_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sidecar", "--host", "0.0.0.0", "--data", str(tmp_path)])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "0.0.0.0" in line
    assert "RINGFENCE_SIDECAR__TOKEN" in line


@pytest.mark.parametrize("option", ["--port", "--grpc-port"])
def test_a_port_that_is_taken_is_said_in_a_line(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server((HOST, 0)) as other, pytest.raises(SystemExit) as ended:
        main(["sidecar", option, str(other.getsockname()[1]), "--data", str(tmp_path)])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "taken" in line


def test_a_token_that_no_header_can_hold_is_not_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFENCE_SIDECAR__TOKEN", "two words")
    with pytest.raises(SystemExit):
        main(["sidecar", "--data", str(tmp_path)])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ringfence: RINGFENCE_SIDECAR__TOKEN")
    assert "two words" not in line
