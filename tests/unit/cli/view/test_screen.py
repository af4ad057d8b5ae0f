"""CLI-1: the view is readable on a small and on a wide terminal, with and without colour."""

import io

import pytest
from rich.console import Console

from app.cli.view.plain import news, numbers
from app.cli.view.screen import screen
from app.cli.view.state import ViewState
from app.cli.view.updates import DoorSeen, Ends, Lost, Update
from app.events import Restraint
from tests.unit.cli.view.samples import alert, breaker_alert, decided, progress, seen, transition


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


def test_a_fold_that_is_behind_says_for_how_long(state: ViewState) -> None:
    state.apply(progress(1, 3, behind_s=26), 1.0)
    state.apply(progress(2, 3, behind_s=1), 1.0)
    assert "0:2 1:- (26 s) 2:-" in " ".join("\n".join(drawn(state, 140, 24)).split())


def test_a_quarantine_in_shadow_is_shown_as_what_would_be(state: ViewState) -> None:
    state.apply(transition("coder-9", mode="shadow"), 1.0)
    assert "□ would hold" in "\n".join(drawn(state, 80, 24))


HOSTILE = "bob\x1b[2J\x9b\n"
"""A name that would clear the screen."""


def test_no_name_commands_the_terminal(state: ViewState) -> None:
    updates: list[Update] = [
        decided(HOSTILE, 1.0, fleet=HOSTILE), transition(HOSTILE), alert("a-2", explanation=f"{HOSTILE} takes all")
    ]  # fmt: skip
    told = [news(state, update) or "" for update in updates]
    for update in updates:
        state.apply(update, 1.0)
    for line in [*told, *drawn(state, 200, 40)]:
        assert line.isprintable()


def test_a_lost_connection_is_said_with_its_age(state: ViewState) -> None:
    state.apply(Lost("all brokers down"), 10.0)
    assert "✗ connection lost for 00:05" in drawn(state, 80, 24, now=15.0)[0]


@pytest.mark.parametrize("width", [80, 140])
def test_who_is_contained_is_shown_with_the_end_the_actor_and_the_reason(state: ViewState, width: int) -> None:
    state.apply(transition("coder-7", "throttled", expires_at=3_723_000, restraint=Restraint(rate=0.2)), 1.0)
    state.apply(transition("coder-8", "probation", expires_at=60_000), 1.0)
    state.apply(transition("coder-9", "throttled", "shadow"), 1.0)
    lines = drawn(state, width, 30)
    text = "\n".join(lines)
    assert "1 quarantined, 1 throttled, 1 on probation" in text
    shown = [
        next(line for line in lines if name in line and mark in line)
        for mark, name in (
            ("■ quarantined", "f/coder-5"),
            ("◧ throttled", "f/coder-7"),
            ("◇ probation", "f/coder-8"),
            ("□ (throttled)", "f/coder-9"),
        )
    ]
    for line, words in zip(
        shown, (["released", "policy", "trust"], ["01:02:03Z", "0.2/s"], ["00:01:00Z"], []), strict=True
    ):
        assert all(word in line for word in words)
    assert [lines.index(line) for line in shown] == sorted(lines.index(line) for line in shown)


def test_with_nobody_contained_there_is_no_panel_of_them() -> None:
    assert "containment" not in "\n".join(drawn(ViewState(now=0.0), 80, 24))


def test_doors_are_shown_with_their_age_and_whom_they_let_through(state: ViewState) -> None:
    state.apply(seen(0.2, 0.4, url="http://a:1"), 1.0)
    state.apply(seen(0.2, 9.0, None, url="http://b:1"), 1.0)
    state.apply(seen(9.0, url="http://c:1", when_stale="closed"), 1.0)
    lines = drawn(state, 120, 30, now=3.0)[3:6]
    assert lines[0].strip() == "door ● in touch for 00:02, 0.4 s old, 3 agents in its book  http://a:1"
    assert "✗ out of touch for 00:02 with partition 1, 2: lets through all but the contained" in lines[1]
    assert "9.0 s old with partition 0: lets nobody through" in lines[2]


def test_a_storm_of_alerts_hides_no_breaker_that_is_open(state: ViewState) -> None:
    for update in (breaker_alert("redis", "opened"), *(alert(f"a-{number}") for number in range(300))):
        state.apply(update, 1.0)
    assert "breaker ✗ open  redis has failed" in "\n".join(drawn(state, 80, 24))


def test_breakers_that_have_opened_are_shown_and_are_alerts_of_the_system(state: ViewState) -> None:
    for told in (
        breaker_alert("datadog", "opened"),
        breaker_alert("redis", "opened"),
        breaker_alert("datadog", "resolved"),
    ):
        state.apply(told, 1.0)
    lines = drawn(state, 120, 30)
    assert [line.strip() for line in lines[3:5]] == [
        "breaker ✗ open  redis has failed",
        "breaker ● closed  datadog answers again",
    ]
    assert any("▲ critical" in line and "(system)  redis has failed" in line for line in lines)


def test_of_many_doors_the_first_are_shown(state: ViewState) -> None:
    for number in range(9):
        state.apply(DoorSeen(f"http://{number}:1", trouble="does not answer"), 1.0)
    text = "\n".join(drawn(state, 80, 24))
    assert "✗ silent" in text
    assert "and 6 doors more" in text


def test_a_door_is_news_when_it_changes_alone(state: ViewState) -> None:
    updates = [seen(0.1), seen(0.9), seen(9.0), seen(10.0), DoorSeen("http://127.0.0.1:8080", trouble="no answer")]
    lines = []
    for update in updates:
        lines.append(news(state, update))
        state.apply(update, 1.0)
    assert lines == [
        "door http://127.0.0.1:8080: in touch, 3 agents in its book",
        None,
        "door http://127.0.0.1:8080: out of touch with partition 0: lets through all but the contained",
        None,
        "door http://127.0.0.1:8080: silent: no answer",
    ]


def test_a_transition_is_news_with_its_mode_end_actor_and_reason(state: ViewState) -> None:
    assert news(state, transition(expires_at=60_000)) == (
        "f/coder-1: trusted -> quarantined (enforce) until 00:01:00Z by policy: trust 12 is below 30"
    )


def test_brackets_in_names_are_shown_as_they_are(state: ViewState) -> None:
    state.apply(decided("[red]", 1.0), 1.0)
    assert "[red]" in "\n".join(drawn(state, 140, 40))


def test_one_line_sums_up_the_state(state: ViewState) -> None:
    assert numbers(state, now=2.0) == (
        "decided 61 (61/s), p50 12 ms, p99 12 ms, lag 2, 61 agents, 1 quarantined, 0 throttled, 0 on probation, "
        "1 open alerts"
    )
