"""The lowest trust of a fleet, in bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.lowest import LowestTrust

moves = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 100)), min_size=1, max_size=40)


def lowest(book: LowestTrust) -> dict[str, float]:
    return {sample.tags[0]: sample.value for sample in book.samples()}


@given(moves)
def test_it_is_the_least_of_the_latest_scores(scores: list[tuple[str, int]]) -> None:
    book = LowestTrust()
    for agent_id, score in scores:
        book.note("sales", ("sales", agent_id), float(score))
    assert lowest(book) == {"fleet:sales": float(min(dict(scores).values()))}


@given(moves, st.integers(1, 4))
def test_with_too_many_agents_it_never_tells_less_than_is_so_and_sees_every_fall(
    scores: list[tuple[str, int]], keep: int
) -> None:
    book = LowestTrust(keep=keep)
    latest: dict[str, int] = {}
    for agent_id, score in scores:
        known = lowest(book).get("fleet:sales", 100.0)
        book.note("sales", ("sales", agent_id), float(score))
        latest[agent_id] = score
        assert lowest(book)["fleet:sales"] >= min(latest.values())
        if score <= known:
            assert lowest(book)["fleet:sales"] == score


class Compared(float):
    """A score that counts how often it is compared."""

    times = 0

    def __lt__(self, other: float) -> bool:
        Compared.times += 1
        return super().__lt__(other)

    def __gt__(self, other: float) -> bool:
        Compared.times += 1
        return super().__gt__(other)


def test_an_agent_more_costs_the_same_in_a_large_fleet() -> None:
    """Else a fleet of more agents than are kept would hold up every sink of the process."""
    book = LowestTrust(keep=1000)
    for number in range(10_000):
        book.note("sales", ("sales", str(number)), Compared(number % 97))
    assert Compared.times < 50 * 10_000


def test_fleets_that_share_a_label_share_the_gauge() -> None:
    book = LowestTrust()
    book.note("other", ("a", "bot"), 40.0)
    book.note("other", ("b", "bot"), 60.0)
    assert lowest(book) == {"fleet:other": 40.0}


def test_an_agent_that_nothing_moves_is_forgotten_and_the_gauge_with_it() -> None:
    now = 0.0
    book = LowestTrust(forget_s=10.0, clock=lambda: now)
    book.note("sales", ("sales", "old"), 5.0)
    now = 8.0
    book.note("sales", ("sales", "new"), 50.0)
    now = 11.0
    assert lowest(book) == {"fleet:sales": 50.0}
    now = 30.0
    assert lowest(book) == {}
