"""Failpoints are counted across processes and are nothing without their variable."""

import os
import signal
from pathlib import Path

import pytest

from app.streaming.failpoints import VARIABLE, Failpoints


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    signals: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: signals.append(number))
    return signals


def test_hits_after_passing_and_only_so_often(tmp_path: Path, killed: list[int]) -> None:
    environment = {VARIABLE: f"here:2:{tmp_path}:3"}
    for expected in (1, 2, 2):
        failpoints = Failpoints(environment)
        for _ in range(4):
            failpoints.reach("here")
            failpoints.reach("elsewhere")
        assert killed == [signal.SIGKILL] * expected
