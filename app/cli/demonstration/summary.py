"""What the demo has shown, in a few lines."""

import time

from rich.console import Console
from rich.table import Table

from app.cli.demonstration.traffic import Traffic
from app.cli.view.marks import bar, milliseconds, of_agent
from app.cli.view.state import ViewState

SHOWN = 6


def summarise(state: ViewState, traffic: Traffic, console: Console) -> None:
    """Print what was sent and decided, and the least trusted agents beside what the simulator knows of them."""
    p50, p99 = (milliseconds(state.latency.at(share, time.monotonic())) for share in (0.5, 0.99))
    console.print(_least_trusted(state, traffic))
    console.print(
        f"{traffic.sent:,} messages sent, {state.decided:,} decided; latency p50 {p50}, p99 {p99}; "
        f"{len(state.alerts()):,} alerts, {len(state.quarantined()):,} agents quarantined.",
        highlight=False,
        soft_wrap=True,
    )


def _least_trusted(state: ViewState, traffic: Traffic) -> Table:
    table = Table(
        "fleet", "agent", "trust", "state", "in truth", title="The least trusted agents", title_justify="left"
    )
    for agent in state.agents(SHOWN):
        mark = of_agent(agent)
        aggressive = (agent.fleet, agent.agent_id) in traffic.aggressive
        trust = bar(agent.trust, mark.style).append("" if agent.trust is None else f" {agent.trust:.1f}")
        table.add_row(agent.fleet, agent.agent_id, trust, mark.word, "aggressive" if aggressive else "honest")
    return table
