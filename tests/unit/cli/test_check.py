"""What a door says of an agent, on a terminal."""

import pytest

from app.cli.main import main
from tests.unit.api.doors.samples import book_of, sidecar, transition


def test_no_name_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "bob\x1b[2J"
    with sidecar(book_of(transition(agent=hostile))) as port, pytest.raises(SystemExit):
        main(["check", "north", hostile, "--url", f"http://127.0.0.1:{port}"])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("north/bob\\x1b[2J is turned away")
