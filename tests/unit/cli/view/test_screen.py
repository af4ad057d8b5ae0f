"""CLI-1: the view is readable on a small and on a wide terminal, with and without colour."""

import io

import pytest
from rich.console import Console

from app.cli.view.plain import numbers
from app.cli.view.screen import screen
from app.cli.view.state import ViewState
from app.cli.view.updates import Ends, Lost, Update
from tests.unit.cli.view.samples import alert, decided, progress, transition


def drawn(state: ViewState, width: int, height: int, now: float = 2.0) -> list[str]:
    console = Console(width=width, height=height, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(screen(state, "127.0.0.1:9092", now, width=width, height=height), height=height)
    return capture.get().splitlines()


@pytest.fixture
def state() -> ViewState:
    state = ViewState(now=0.0)
    updates: list[Update] = [decided(f"coder-{n}", 100 - n) for n in range(60)]
    updates += [decided("tester-1", 12.0), transition("coder-5"), alert(), progress(0, 7), Ends({0: 9})]
    for update in updates:
        state.apply(update, 1.0)
    return state


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (140, 40), (220, 60)])
def test_it_fills_the_terminal_and_no_more(state: ViewState, width: int, height: int) -> None:
    lines = drawn(state, width, height)
    assert len(lines) == height
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [80, 140])
def test_it_says_what_matters_without_colour(state: ViewState, width: int) -> None:
    text = "\n".join(drawn(state, width, 24))
    for words in ("● live", "■ quarantined", "▲ low", "12.0", "61 decided", "lag 2", "p99 12 ms", "takes all of gpu-1"):
        assert words in text


def test_the_most_urgent_agents_are_on_the_screen_when_not_all_fit(state: ViewState) -> None:
    text = "\n".join(drawn(state, 80, 24))
    assert "tester-1" in text
    assert "coder-2 " not in text


def test_a_quarantine_in_shadow_is_shown_as_what_would_be(state: ViewState) -> None:
    state.apply(transition("coder-9", mode="shadow"), 1.0)
    assert "□ would hold" in "\n".join(drawn(state, 80, 24))


def test_a_lost_connection_is_said_with_its_age(state: ViewState) -> None:
    state.apply(Lost("all brokers down"), 10.0)
    assert "✗ connection lost for 00:05" in drawn(state, 80, 24, now=15.0)[0]


def test_brackets_in_names_are_shown_as_they_are(state: ViewState) -> None:
    state.apply(decided("[red]", 1.0), 1.0)
    assert "[red]" in "\n".join(drawn(state, 140, 40))


def test_one_line_sums_up_the_state(state: ViewState) -> None:
    assert numbers(state, now=2.0) == (
        "decided 61 (61/s), p50 12 ms, p99 12 ms, lag 2, 61 agents, 1 quarantined, 1 open alerts"
    )
