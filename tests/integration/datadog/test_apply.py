"""`ringfence datadog` against a Datadog API that validates what it gets (DATADOG-2)."""

import shutil
from pathlib import Path

import msgspec
import pytest

from app.cli.main import main
from app.datadog.definitions import FOLDER
from tests.integration.datadog.fake_api import FakeDatadog, Request

OURS = "managed_by:ringfence"


@pytest.fixture(autouse=True)
def _account(fake: FakeDatadog, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"API_KEY": "api", "APP_KEY": "app", "API_URL": fake.url, "TIMEOUT_S": "0.3"}.items():
        monkeypatch.setenv(f"RINGFENCE_DATADOG__{name}", value)


def run(*arguments: str) -> int:
    try:
        main(["datadog", *arguments])
    except SystemExit as exited:
        return int(exited.code or 0)
    return 0


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The last line on stderr of a command that fails; lines before it tell of retries."""
    assert run(*arguments) == 1
    return capsys.readouterr().err.splitlines()[-1]


def test_apply_makes_what_the_files_define(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("apply") == 0
    monitors = [msgspec.json.decode(file.read_bytes()) for file in (FOLDER / "monitors").glob("*.json")]
    assert set(fake.named("monitor")) == {monitor["name"] for monitor in monitors}
    assert set(fake.named("dashboard")) == {"Ringfence"}
    assert all(OURS in monitor["tags"] for monitor in fake.stored["monitor"].values())
    assert "6 created, 0 updated, 0 deleted, 0 as defined" in capsys.readouterr().out


def test_a_second_apply_changes_nothing(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    run("apply")
    before = list(fake.changes)
    assert run("apply") == 0
    assert fake.changes == before
    assert capsys.readouterr().out.splitlines()[-1] == "0 created, 0 updated, 0 deleted, 6 as defined"


def test_a_dry_run_only_reads(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("apply", "--dry-run") == 0
    assert fake.changes == []
    assert "+ dashboard 'Ringfence'" in capsys.readouterr().out
    run("apply")
    made = list(fake.changes)
    assert run("destroy", "--dry-run") == 0
    assert fake.changes == made


def test_apply_updates_only_what_differs_and_says_how(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    run("apply")
    made = len(fake.changes)
    low = fake.named("monitor")["Ringfence: trust of an agent is low"]
    low["options"]["thresholds"]["warning"] = 25.0
    low["options"]["thresholds"]["ok"] = 50.0
    assert run("apply") == 0
    assert fake.changes[made:] == [Request("PUT", f"/api/v1/monitor/{low['id']}")]
    shown = capsys.readouterr().out
    assert "    options.thresholds.warning: 25.0 -> 30\n" in shown
    assert "    options.thresholds.ok: 50.0 -> none\n" in shown
    assert fake.named("monitor")["Ringfence: trust of an agent is low"]["options"]["thresholds"]["warning"] == 30.0


def test_what_is_no_longer_defined_goes_and_so_do_doubles(fake: FakeDatadog, tmp_path: Path) -> None:
    run("apply")
    low = fake.named("monitor")["Ringfence: trust of an agent is low"]
    fake.add("monitor", low)
    folder = tmp_path / "datadog"
    shutil.copytree(FOLDER, folder)
    (folder / "monitors" / "breaker-open.json").unlink()
    assert run("apply", "--folder", str(folder)) == 0
    assert len(fake.stored["monitor"]) == 4
    assert str(low["id"]) in fake.stored["monitor"], "the older of the two stays"


def test_destroy_removes_what_is_ours_and_nothing_else(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    run("apply")
    ours = fake.named("monitor")["Ringfence: a circuit breaker is open"]
    theirs = {
        fake.add("monitor", {**ours, "tags": ["service:ringfence", "managed_by:somebody"]}),
        fake.add("monitor", {**ours, "tags": [f"{OURS}-too"]}),
    }
    boards = {
        fake.add("dashboard", {"title": "Ringfence", "description": f"See {OURS}, they say.", "widgets": []}),
        fake.add("dashboard", {"title": "Ringfence", "description": None, "widgets": []}),
    }
    assert run("destroy") == 0
    assert set(fake.stored["monitor"]) == theirs
    assert set(fake.stored["dashboard"]) == boards
    assert "0 created, 0 updated, 6 deleted, 0 as defined" in capsys.readouterr().out


def test_two_installations_share_an_account(fake: FakeDatadog, monkeypatch: pytest.MonkeyPatch) -> None:
    run("apply")
    monkeypatch.setenv("RINGFENCE_DATADOG__OWNER", "second")
    run("apply")
    assert len(fake.stored["monitor"]) == 10
    run("destroy")
    assert all(OURS in monitor["tags"] for monitor in fake.stored["monitor"].values())
    assert len(fake.stored["monitor"]) == 5


def test_our_dashboard_is_found_behind_hundreds_of_others(fake: FakeDatadog) -> None:
    for number in range(250):
        fake.add("dashboard", {"title": f"Board {number}", "description": "", "widgets": []})
    run("apply")
    made = list(fake.changes)
    run("apply")
    assert fake.changes == made


def test_monitors_tell_whom_the_settings_name(fake: FakeDatadog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFENCE_DATADOG__NOTIFY", "@pagerduty")
    run("apply")
    assert all(body["message"].endswith("\n@pagerduty") for body in fake.stored["monitor"].values())


def test_a_limit_is_waited_for(fake: FakeDatadog) -> None:
    fake.faults.extend(["limited", "limited"])
    assert run("apply") == 0
    assert len(fake.stored["monitor"]) == 5


def test_a_limit_of_an_hour_is_not_waited_for(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    fake.again_in_s = 3600.0
    fake.faults.extend(["limited"])
    assert "try again in 3600 s" in failure(capsys, "apply")
    assert len(fake.requests) == 1


def test_an_outage_of_a_moment_is_survived(fake: FakeDatadog) -> None:
    fake.faults.extend(["broken", "silent", "broken"])
    assert run("apply") == 0
    assert len(fake.stored["monitor"]) == 5


def test_an_outage_that_lasts_is_one_line(fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    fake.faults.extend(["broken"] * 4)
    assert "500 - Internal Server Error" in failure(capsys, "apply")
    fake.faults.extend(["silent"] * 4)
    assert "no answer within 0.3 s" in failure(capsys, "apply")
    fake.faults.extend(["limited"] * 4)
    assert "too many requests (429)" in failure(capsys, "apply")
    assert fake.changes == []


def test_a_creation_that_may_have_been_heard_is_not_repeated(
    fake: FakeDatadog, capsys: pytest.CaptureFixture[str]
) -> None:
    run("apply", "--dry-run")
    fake.faults.extend([*(None for _ in fake.requests), "broken"])
    assert "500" in failure(capsys, "apply")
    assert [request.method for request in fake.changes] == ["POST"]
    assert run("apply") == 0
    assert len(fake.stored["monitor"]) == 5


@pytest.mark.parametrize("name", ["API_KEY", "APP_KEY"])
def test_missing_and_wrong_keys_are_one_line(
    name: str, fake: FakeDatadog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"RINGFENCE_DATADOG__{name}", "wr0ng-key")
    refused = failure(capsys, "apply")
    assert "the keys are refused (403 Forbidden)" in refused
    assert "wr0ng-key" not in refused
    assert len(fake.requests) == 1, "it is not tried again"
    monkeypatch.delenv(f"RINGFENCE_DATADOG__{name}")
    assert f"no Datadog {name.replace('_KEY', '')} key: set RINGFENCE_DATADOG__API_KEY" in failure(capsys, "destroy")


def test_what_datadog_refuses_is_named(tmp_path: Path, fake: FakeDatadog, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "monitors"
    folder.mkdir()
    body = msgspec.json.decode((FOLDER / "monitors" / "breaker-open.json").read_bytes())
    body["options"]["thresholds"]["critical"] = 2
    (folder / "wrong.json").write_bytes(msgspec.json.encode(body))
    refused = failure(capsys, "apply", "--folder", str(tmp_path))
    assert "Alert threshold (2.0) does not match that used in the query (1.0)" in refused
    assert "Ringfence: a circuit breaker is open" in refused
    assert fake.stored["monitor"] == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"query": "no name"}'])
def test_files_that_define_nothing_are_named(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "holds no monitors/*.json" in failure(capsys, "apply", "--folder", str(tmp_path))
    (tmp_path / "monitors").mkdir()
    (tmp_path / "monitors" / "broken.json").write_text(text)
    assert "broken.json" in failure(capsys, "apply", "--folder", str(tmp_path))
