"""STREAM-4: which stores may be continued."""

import pytest

from app.streaming.identity import Identity
from app.streaming.staleness import why_stale
from app.streaming.store import Origin

HERE = Identity("cluster", {"changelog": "id"})
WEEK_MS = 7 * 86_400_000


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        (None, "new"),
        (Origin(HERE, {"changelog": 10}, 0), None),
        (Origin(HERE, {"changelog": 11}, 0), "ends at 10"),
        (Origin(Identity("other", HERE.topics), {"changelog": 5}, 0), "of cluster other"),
        (Origin(Identity("cluster", {"changelog": "old"}), {"changelog": 5}, 0), "another topic"),
        (Origin(HERE, {"changelog": 5}, -WEEK_MS), "not written for"),
        (Origin(HERE, {}, 0), None),
    ],
)
def test_reasons(origin: Origin | None, reason: str | None) -> None:
    said = why_stale(origin, HERE, {"changelog": 10}, now_ms=0, max_age_ms=WEEK_MS // 2)
    assert said is None if reason is None else reason in (said or "")
