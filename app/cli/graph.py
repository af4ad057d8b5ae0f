"""`ringfence graph`: who drives whom."""

import heapq
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from app.analysis.fleet_trust import fleet_trust
from app.analysis.graph_metrics import measure
from app.analysis.replay import Until
from app.cli.causal.show import FleetReport, overview, show
from app.cli.causal.source import Source, from_file, from_topic
from app.cli.operate.moment import milliseconds
from app.core.graph import GraphView
from app.embedded.run_file import DEFAULT_DATA, settings_for
from app.errors import RingfenceError
from app.events import GraphEdge

STRONGEST = 10
"""Edges to name."""
_FILE = "Folder that `ringfence fold` has written, or its graph.jsonl; without it the running system."
_AT = "The graph at this event time, for example 2025-01-31T14:05:00Z."


class NoGraphError(RingfenceError):
    """There is no graph of that name, or none at that time."""


def graph(  # noqa: PLR0913 - the options of a command
    results: Annotated[Path | None, typer.Argument(help=_FILE)] = None,
    *,
    fleet: Annotated[str | None, typer.Option(help="Only this fleet, in detail.")] = None,
    at: Annotated[str | None, typer.Option(help=_AT)] = None,
    version: Annotated[int | None, typer.Option(min=1, help="The graph after this version of the fleet.")] = None,
    hubs: Annotated[int, typer.Option(min=0, help="Agents to name, those of the highest PageRank.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a fleet a line.")] = False,
    data: Annotated[Path, typer.Option(help="Folder of `ringfence up`.")] = DEFAULT_DATA,
) -> None:
    """Show the causal graph of each fleet: who drives whom, through whom much passes, what goes round.

    Density is the share of all possible edges; reciprocity that of edges answered by an edge back; components are
    parts that nothing connects; in a strongly connected one each agent reaches each. PageRank says where activity ends
    up, betweenness who stands between the others. An edge is known by messages that address its target, or by ids that
    name its source's message as the cause.

    A running system is read back until all that lives has been told, an hour at least: name a fleet that has been
    silent for longer. Trust is that of the end, so it is left out where --at or --version ask for an earlier graph.
    Of several fleets there is a line each: held are the quarantined, trust is the median.

    Examples: ringfence graph results --fleet north; ringfence graph --at 2025-01-31T14:05:00Z --json | jq .graph.loops
    """
    until = Until(None if at is None else milliseconds(at), version)
    source = from_topic(settings_for(data), fleet, until) if results is None else from_file(results, fleet, until)
    if not source.views:
        where = "on the topic" if results is None else f"in {results}"
        raise NoGraphError(f"no graph of {fleet or 'any fleet'} {where}{'' if until == Until() else ' so early'}")
    reports = _reports(source, until, hubs if as_json or len(source.views) == 1 else 0)
    if as_json:
        for report in reports:
            typer.echo(msgspec.json.encode(report))
    elif len(reports) == 1:
        show(reports[0], source.views[reports[0].graph.fleet], Console())
    else:
        Console().print(overview(reports))
        typer.echo("ringfence graph --fleet NAME shows hubs, edges and loops of one")


def _reports(source: Source, until: Until, hubs: int) -> list[FleetReport]:
    fleets = sorted(source.views)
    trust = fleet_trust(source.table, fleets) if until == Until() else {}
    found = []
    for name in fleets:
        view = source.views[name]
        at = view.time if until.time is None else until.time
        found.append(FleetReport(measure(view, at, hubs), _strongest(view, at), trust.get(name)))
    return found


def _strongest(view: GraphView, at: int) -> tuple[GraphEdge, ...]:
    def order(edge: GraphEdge) -> tuple[float, str, str]:
        return -view.strength(edge, at), edge.source, edge.target or ""

    return tuple(heapq.nsmallest(STRONGEST, view.live_edges(at), key=order))
