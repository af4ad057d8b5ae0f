"""How a fleet's graph looks on the terminal."""

from collections.abc import Iterable

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.analysis.graph_metrics import GraphMetrics
from app.cli.letters.show import clock
from app.cli.printable import printable
from app.core.distribution import Distribution
from app.core.graph import GraphView
from app.events import GraphEdge


class FleetReport(msgspec.Struct, frozen=True):
    """What there is to say of a fleet's graph. `trust` is absent for an earlier time, or without tables."""

    graph: GraphMetrics
    strongest: tuple[GraphEdge, ...]
    trust: Distribution | None = None


def overview(reports: Iterable[FleetReport]) -> Table:
    """The fleets, a line each: parts are components, trust is the median, `!` marks a graph that is not whole."""
    table = Table("fleet", title="Causal graphs", title_justify="left")
    for name in ("agents", "edges", "density", "parts", "loops", "held", "trust"):
        table.add_column(name, justify="right", no_wrap=True)
    for report in reports:
        found, trust = report.graph, report.trust
        counts = (found.components, len(found.loops), len(found.quarantined))
        table.add_row(
            Text(printable(found.fleet if found.whole else f"{found.fleet} !")),
            f"{found.nodes:,}",
            f"{found.edges:,}",
            f"{found.density:.3f}",
            *(f"{count:,}" for count in counts),
            "" if trust is None else f"{trust.quantiles[3]:.1f}",
        )
    return table


def show(report: FleetReport, view: GraphView, console: Console) -> None:
    """One fleet: numbers, trust, hubs, strongest edges, loops."""
    found = report.graph
    title = f"{found.fleet}  version {found.version:,}, as of {clock(found.time)} UTC"
    console.print(Text(printable(title), "bold"))
    if not found.whole:
        missing = view.missing
        told = f"what stood in versions {missing.start:,} to {missing.stop - 1:,} is not told again yet"
        console.print(Text(f"! not whole: {told}", "yellow"))
    for line in _numbers(report):
        console.print(Text(printable(line)))
    if found.hubs:
        console.print(_hubs(report))
    if report.strongest:
        console.print(_edges(report.strongest, view, found.time))
    for loop in found.loops:
        way = printable(" → ".join((*loop.agents, loop.agents[0])))
        console.print(Text(f"↻ loop {way}: {loop.turns} turns, last seen {clock(loop.last_seen)}", "bold red"))


def _numbers(report: FleetReport) -> Iterable[str]:
    found, trust = report.graph, report.trust
    yield f"{found.nodes:,} agents, {found.edges:,} edges"
    yield f"density {found.density:.3f}, reciprocity {found.reciprocity:.2f}"
    strong = f"{found.strong_components:,} strongly connected, the largest of {found.largest_strong_component:,} agents"
    yield f"{found.components:,} components, {strong}"
    yield f"{len(found.quarantined):,} quarantined, on {found.affected_edges:,} edges; {len(found.loops):,} loops"
    if trust is not None:
        names = ("lowest", "5 %", "25 %", "median", "75 %", "95 %", "highest")
        spread = ", ".join(f"{name} {score:.1f}" for name, score in zip(names, trust.quantiles, strict=True))
        yield f"trust of {trust.agents:,} agents: mean {trust.mean:.1f}; {spread}"
        moves = ", ".join(f"{move.agent_id} {move.before:.1f} to {move.after:.1f}" for move in trust.movers[:3])
        if moves:
            yield f"moved most this hour: {moves}"


def _hubs(report: FleetReport) -> Table:
    table = Table("hub", title="Who much passes through", title_justify="left")
    for name in ("PageRank", "betweenness"):
        table.add_column(name, justify="right")
    table.add_column("state")
    for hub in report.graph.hubs:
        state = Text("■ quarantined", "red") if hub.agent_id in report.graph.quarantined else Text("")
        table.add_row(Text(printable(hub.agent_id)), f"{hub.pagerank:.4f}", f"{hub.betweenness:.4f}", state)
    return table


def _edges(edges: Iterable[GraphEdge], view: GraphView, at: int) -> Table:
    table = Table("from", "to", title="Strongest edges", title_justify="left")
    for name in ("a minute", "messages", "errors", "reply"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("known by")
    for edge in edges:
        table.add_row(
            Text(printable(edge.source)),
            Text(printable(edge.target or "(many)")),
            f"{view.strength(edge, at) * 60:.2f}",
            f"{edge.count:,}",
            f"{edge.error_share:.0%}" if edge.error_share else "",
            "" if edge.latency_ms is None else f"{edge.latency_ms:,} ms",
            ", ".join(edge.known_by or ("address",)),
        )
    return table
