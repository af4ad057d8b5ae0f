"""RISK-3: no minute has more calls, and no day costs more, than the settings allow."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analyst.budget import FRAME_TOKENS, Budget
from app.analyst.call import NOTHING, Usage
from app.analyst.errors import LedgerError
from app.analyst.ledger import Ledger
from app.analyst.question import Chat
from app.settings import AnalystSettings

CHAT = Chat("s" * 400, "ü" * 300)
MOST_USD = ((400 + 600 + FRAME_TOKENS) * 2.0 + 1_000 * 8.0) / 1_000_000
"""What the chat costs at most."""


class Today:
    """A calendar and a clock that a test moves."""

    def __init__(self) -> None:
        self.day = date(2026, 3, 1)
        self.seconds = 1_000.0

    def __call__(self) -> date:
        return self.day

    def clock(self) -> float:
        return self.seconds


def settings(**fields: object) -> AnalystSettings:
    prices = {"usd_per_million_in": 2.0, "usd_per_million_out": 8.0, "max_tokens": 1_000}
    return AnalystSettings.model_validate({**prices, "calls_per_minute": 1_000, **fields})


@pytest.fixture
def today() -> Today:
    return Today()


def make(folder: Path, today: Today, **fields: object) -> Budget:
    return Budget(settings(**fields), Ledger(folder / "made" / "spent.json", today), today.clock)


def test_calls_come_at_their_rate(tmp_path: Path, today: Today) -> None:
    budget = make(tmp_path, today, calls_per_minute=3)
    for _ in range(3):
        assert budget.exceeded(CHAT) is None
        budget.settle(budget.spend(CHAT), NOTHING)
    assert budget.exceeded(CHAT) == "calls"
    today.seconds += 20.0
    assert budget.exceeded(CHAT) is None
    budget.spend(CHAT)
    assert budget.exceeded(CHAT) == "calls"


def test_a_call_costs_at_most_what_it_may_take_and_in_the_end_what_it_took(tmp_path: Path, today: Today) -> None:
    budget = make(tmp_path, today, usd_per_day=2 * MOST_USD)
    most = budget.spend(CHAT)
    assert most == pytest.approx(MOST_USD)
    budget.spend(CHAT)
    assert budget.exceeded(CHAT) == "cost"
    assert budget.settle(most, Usage(100, 50)) == pytest.approx((100 * 2.0 + 50 * 8.0) / 1_000_000)
    assert budget.exceeded(CHAT) == "cost"
    budget.settle(most, NOTHING)
    assert budget.exceeded(CHAT) is None


def test_a_call_whose_cost_is_not_told_counts_in_full(tmp_path: Path, today: Today) -> None:
    budget = make(tmp_path, today, usd_per_day=MOST_USD)
    assert budget.settle(budget.spend(CHAT), None) == pytest.approx(MOST_USD)
    assert budget.exceeded(CHAT) == "cost"


def test_a_process_that_starts_anew_goes_on_with_the_day(tmp_path: Path, today: Today) -> None:
    make(tmp_path, today, usd_per_day=MOST_USD).spend(CHAT)
    again = make(tmp_path, today, usd_per_day=MOST_USD)
    assert again.exceeded(CHAT) == "cost"
    today.day += timedelta(days=1)
    assert again.exceeded(CHAT) is None


def test_what_costs_nothing_has_no_limit_of_cost(tmp_path: Path, today: Today) -> None:
    budget = make(tmp_path, today, usd_per_million_in=0, usd_per_million_out=0, usd_per_day=0)
    budget.spend(CHAT)
    assert budget.exceeded(CHAT) is None


@given(st.lists(st.none() | st.builds(Usage, st.integers(0, 2_000), st.integers(0, 1_000)), max_size=30))
def test_no_day_costs_more_than_its_limit(usages: list[Usage | None]) -> None:
    """Whatever usage comes back, if any."""
    today, limit, paid = Today(), 3 * MOST_USD, 0.0
    with TemporaryDirectory() as folder:
        budget = make(Path(folder), today, usd_per_day=limit)
        for usage in usages:
            if budget.exceeded(CHAT) is None:
                paid += budget.settle(budget.spend(CHAT), usage)
    assert paid <= limit * (1 + 1e-9)


def test_a_ledger_that_cannot_be_read_is_said_at_once(tmp_path: Path, today: Today) -> None:
    (tmp_path / "spent.json").write_text("much")
    with pytest.raises(LedgerError, match=r"spent\.json"):
        Ledger(tmp_path / "spent.json", today)


def test_nothing_is_spent_that_cannot_be_written_down(tmp_path: Path, today: Today) -> None:
    budget = make(tmp_path, today, usd_per_day=MOST_USD)
    (tmp_path / "made").write_text("a file where the folder should be")
    with pytest.raises(LedgerError, match=r"spent\.json"):
        budget.spend(CHAT)
    assert budget.exceeded(CHAT) is None
