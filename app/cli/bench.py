"""`ringfence bench`: measures this machine; the measurements are in tests/benchmarks of a checkout."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from app.errors import RingfenceError

ROOT = Path(__file__).parents[2]


class NoCheckoutError(RingfenceError):
    """The measurements are not part of the installed package."""


def bench(
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="fold, throughput, worker, recovery, latency, failover, doors, rulings, bystanders, outages, "
            "footprint; all if absent."
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="The full sizes; an hour instead of minutes.")] = False,
    out: Annotated[Path, typer.Option(help="JSON report.")] = Path("build/bench.json"),
) -> None:
    """Measure throughput beside plain Faust, Quix Streams and a bare loop, and recovery, latency, failover, doors.

    `bystanders` is what the others lose while one agent is contained; `outages` what the fold loses while Redis,
    webhooks or Datadog fail: 95 % intervals over runs with and without, taking turns.

    The contestants take turns on one embedded Kafka, one process each; medians and ratios are reported.
    Quix Streams takes part where `make bench` has made its environment.

    Example: ringfence bench --only throughput --only latency
    """
    if not (ROOT / "tests" / "benchmarks").is_dir():
        raise NoCheckoutError("`ringfence bench` runs from a checkout of the source: clone it, then `make bench`")
    sys.path.insert(0, str(ROOT))
    from tests.benchmarks.report import show, write_json  # noqa: PLC0415 - only a checkout has them
    from tests.benchmarks.run import run  # noqa: PLC0415
    from tests.benchmarks.sizes import FULL, QUICK  # noqa: PLC0415

    console = Console()
    sizes = FULL if full else QUICK
    with TemporaryDirectory(prefix="ringfence-bench-") as folder:
        measures = run(only, sizes, Path(folder), console)
    show(console, measures)
    write_json(out, sizes, measures)
    console.print(f"Written to {out}", highlight=False)
