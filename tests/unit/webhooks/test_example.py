"""The receiver's example in docs/webhooks.md takes what we sign, and nothing else."""

import re
import time
from pathlib import Path

import pytest

from app.webhooks.event import Event
from app.webhooks.signature import Signer

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
EVENT = Event("system-alerts-0-7", "alert.opened", "north", '{"type":"é"}'.encode())
DOCS = Path(__file__).parents[3] / "docs" / "webhooks.md"


def _verify(headers: dict[str, str], body: bytes) -> bool:
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    verify = names["verify"]
    assert callable(verify)
    return bool(verify(SECRET, headers, body))


@pytest.fixture
def headers() -> dict[str, str]:
    return dict(Signer(["whsec_YWJjZGVmMDEyMzQ1Njc4OTAxMjM0NTY3", SECRET]).headers(EVENT, int(time.time())))


def test_it_takes_what_we_sign_with_either_secret(headers: dict[str, str]) -> None:
    assert _verify(headers, EVENT.body)


def test_it_refuses_what_is_changed(headers: dict[str, str]) -> None:
    assert not _verify(headers, EVENT.body + b" ")
    assert not _verify(headers | {"webhook-id": "system-alerts-0-8"}, EVENT.body)


def test_it_refuses_a_replay() -> None:
    old = dict(Signer([SECRET]).headers(EVENT, int(time.time()) - 301))
    assert not _verify(old, EVENT.body)
