"""The agents, the most urgent first."""

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.cli.printable import printable
from app.cli.view.marks import bar, of_agent
from app.cli.view.rows import AgentRow
from app.cli.view.state import ViewState

FRAME_ROWS = 3
DETAILED_WIDTH = 96


def agents_panel(state: ViewState, rows: int, width: int) -> Panel:
    """As many agents as fit into `rows` lines; what moved their trust last, where `width` characters allow it."""
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    table.add_column("state", width=13, no_wrap=True)
    for name, ratio in (("fleet", 4), ("agent", 5)):
        table.add_column(name, ratio=ratio, no_wrap=True, overflow="ellipsis")
    table.add_column("trust", width=16, no_wrap=True)
    for name, digits in (("risk", 4), ("msgs", 6)):
        table.add_column(name, width=digits, justify="right", no_wrap=True)
    if detailed := width >= DETAILED_WIDTH:
        table.add_column("last change", ratio=5, no_wrap=True, overflow="ellipsis")
    for agent in state.agents(max(0, rows - FRAME_ROWS)):
        table.add_row(*_cells(agent), *([_last_change(agent)] if detailed else []))
    held = len(state.quarantined())
    return Panel(
        table, title=f"{state.agent_count():,} agents, {held:,} quarantined", title_align="left", padding=(0, 1)
    )


def _cells(agent: AgentRow) -> tuple[Text, ...]:
    mark = of_agent(agent)
    return (
        Text(f"{mark.sign} {mark.word}", mark.style),
        Text(printable(agent.fleet)),
        Text(printable(agent.agent_id)),
        bar(agent.trust, mark.style).append("     -" if agent.trust is None else f" {agent.trust:5.1f}"),
        Text(f"{agent.risk:.2f}"),
        Text(f"{agent.messages:,}"),
    )


def _last_change(agent: AgentRow) -> Text:
    change = agent.last_change
    if change is None:
        return Text("-", "dim")
    return Text.assemble((f"{change.delta:+.1f} ", "red" if change.delta < 0 else "green"), change.signal)
