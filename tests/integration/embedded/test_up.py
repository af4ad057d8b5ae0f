"""OPS-2, CLI-1: `ringfence up` runs everything, keeps it running and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from app.embedded import run_file
from app.embedded.run_file import Part, Run
from app.mirror.keys import Keys
from tests.integration.embedded.command_line import ringfence
from tests.integration.embedded.waiting import TIMEOUT_S, wait_for

pytestmark = pytest.mark.kafka


def running(data: Path) -> Run:
    run = run_file.read(data)
    assert run is not None
    return run


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which `ringfence up --detach` runs; the tests share it and its restarts."""
    folder = tmp_path_factory.mktemp("up") / "data"
    done = ringfence("up", "--data", str(folder), "--detach")
    assert done.returncode == 0, done.stderr
    yield folder
    ringfence("down", "--data", str(folder))


def test_run_json_lists_every_part(data: Path) -> None:
    content = json.loads((data / "run.json").read_text())
    assert content["kafka"]["bootstrap"].startswith("127.0.0.1:")
    assert content["redis"]["url"].startswith("redis://127.0.0.1:")
    assert [process["name"] for process in content["processes"]] == ["kafka", "valkey", "worker-0", "sidecar", "sinks"]
    assert content["processes"][-1]["web"].startswith("http://127.0.0.1:")
    assert all(psutil.pid_exists(process["pid"]) for process in content["processes"])


def test_the_operators_key_is_the_owners_alone(data: Path) -> None:
    assert run_file.operator_key(data).stat().st_mode & 0o077 == 0


def test_status_tells_parts_topics_and_progress(data: Path) -> None:
    found = json.loads(ringfence("status", "--data", str(data), "--json").stdout)
    assert [(part["name"], part["running"]) for part in found["parts"]] == [
        ("kafka", True),
        ("valkey", True),
        ("worker-0", True),
        ("sidecar", True),
        ("sinks", True),
    ]
    assert {topic["name"]: topic["partitions"] for topic in found["topics"]}["agent-messages-raw"] == 8
    assert [partition["partition"] for partition in found["partitions"]] == list(range(8))
    assert all(partition["age_s"] < 10 for partition in found["partitions"])
    shown = ringfence("status", "--data", str(data)).stdout
    assert "● running" in shown
    assert "agent-decisions-processed" in shown


def test_doctor_finds_nothing_wrong_with_a_running_system(data: Path) -> None:
    done = ringfence("doctor", "--data", str(data))
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    assert "all 8 partitions are worked on" in done.stdout


def test_a_second_up_on_the_folder_says_so(data: Path) -> None:
    done = ringfence("up", "--data", str(data))
    assert done.returncode == 1
    assert f"already runs on {data}" in done.stderr
    assert "Traceback" not in done.stderr
    assert running(data).supervisor.alive


def test_the_sinks_keep_a_mirror(data: Path) -> None:
    with redis.Redis.from_url(running(data).redis.url) as client:
        wait_for(lambda: bool(client.exists(Keys("ringfence").health("fold:0"))), "the mirror knows of the fold")


@pytest.mark.parametrize("name", ["worker-0", "valkey", "kafka", "sinks"])
def test_a_part_that_dies_is_started_again(data: Path, name: str) -> None:
    def part() -> Part:
        return next(part for part in running(data).processes if part.name == name)

    before = part()
    os.kill(before.pid, signal.SIGKILL)
    wait_for(lambda: part().pid != before.pid and part().alive, f"{name} runs again")


def test_nothing_outlives_a_killed_supervisor_and_up_works_again(data: Path) -> None:
    before = running(data)
    os.kill(before.supervisor.pid, signal.SIGKILL)
    wait_for(lambda: not any(part.alive for part in before.processes), "all parts have ended")
    done = ringfence("up", "--data", str(data), "--detach")
    assert done.returncode == 0, done.stderr
    assert running(data).kafka == before.kafka


def test_down_stops_all_and_may_be_repeated(data: Path) -> None:
    before = running(data)
    done = ringfence("down", "--data", str(data))
    assert (done.returncode, done.stderr.strip()) == (0, "All parts are stopped.")
    assert not any(part.alive for part in (before.supervisor, *before.processes))
    assert run_file.read(data) is None
    again = ringfence("down", "--data", str(data))
    assert (again.returncode, again.stderr.strip()) == (0, f"Nothing runs in {data}.")


def test_ctrl_c_stops_all_that_up_started_in_the_foreground(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.cli.main", "up", "--data", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as up:
        wait_for(lambda: run_file.read(tmp_path) is not None, "it is up")
        parts = running(tmp_path).processes
        up.send_signal(signal.SIGINT)
        _, said = up.communicate(timeout=TIMEOUT_S)
    assert up.returncode == 0, said
    assert said.endswith("All parts are stopped.\n")
    assert not any(part.alive for part in parts)
