"""Who is contained: how, until when, by whom and why."""

from collections.abc import Iterator
from itertools import islice

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.cli.printable import printable
from app.cli.view.marks import of_containment
from app.cli.view.state import ViewState
from app.events import Restraint, Transition
from app.moment import moment

FRAME_ROWS = 3
DAY_MS = 86_400_000


def containment_rows(state: ViewState, most: int) -> int:
    """How many lines the panel wants; none where nobody is contained."""
    contained = len(state.contained())
    return min(most, contained + FRAME_ROWS) if contained else 0


def containment_panel(state: ViewState, rows: int) -> Panel:
    """As many contained agents as fit into `rows` lines, the most urgent first."""
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    table.add_column("state", width=13, no_wrap=True)
    table.add_column("agent", ratio=4, no_wrap=True, overflow="ellipsis")
    table.add_column("until", width=12, no_wrap=True)
    table.add_column("by", ratio=2, no_wrap=True, overflow="ellipsis")
    table.add_column("why", ratio=5, no_wrap=True, overflow="ellipsis")
    for transition in islice(state.contained(), max(0, rows - FRAME_ROWS)):
        table.add_row(*_cells(transition))
    return Panel(table, title=f"containment: {counts(state)}", title_align="left", padding=(0, 1))


def counts(state: ViewState) -> str:
    """How many agents are contained in which way, where it binds.

    >>> counts(ViewState(now=0.0))
    '0 quarantined, 0 throttled, 0 on probation'
    """
    return (
        f"{state.count('quarantined'):,} quarantined, {state.count('throttled'):,} throttled, "
        f"{state.count('probation'):,} on probation"
    )


def until(now: int, ends: int | None) -> str:
    """When a containment ends by itself, in the time of the log (ms, shown in UTC).

    >>> until(0, 3_723_000), until(0, 3 * DAY_MS), until(0, None)
    ('01:02:03Z', '04 Jan 00:00Z', 'released')
    """
    if ends is None:
        return "released"
    form = "%H:%M:%SZ" if ends - now < DAY_MS else "%d %b %H:%MZ"
    return moment(ends).strftime(form)


def why(transition: Transition) -> str:
    """The reason, after what a throttled agent may still do."""
    return f"{_left(transition.restraint)}{transition.grounds or transition.reason}"


def _left(restraint: Restraint | None) -> str:
    """What a restraint leaves.

    >>> _left(Restraint(rate=0.2)), _left(Restraint(resource="gpu", amount=2.0, target="ann"))
    ('0.2/s: ', 'nothing to ann, at most 2 of gpu: ')
    """
    left = [] if restraint is None else list(_limits(restraint))
    return f"{', '.join(left)}: " if left else ""


def _limits(restraint: Restraint) -> Iterator[str]:
    if restraint.target is not None:
        yield f"nothing to {restraint.target}"
    if restraint.resource is not None:
        yield f"at most {restraint.amount or 0:g} of {restraint.resource}"
    if restraint.rate is not None:
        yield f"{restraint.rate:g}/s"


def _cells(transition: Transition) -> tuple[Text, ...]:
    mark = of_containment(transition)
    return (
        Text(f"{mark.sign} {mark.word}", mark.style),
        Text.assemble((printable(f"{transition.fleet}/"), "dim"), printable(transition.agent_id)),
        Text(until(transition.time, transition.expires_at)),
        Text(printable(transition.actor)),
        Text(printable(why(transition))),
    )
