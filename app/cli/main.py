"""`ringfence`: one file a command, imported only when it is called, so that `ringfence --help` is quick."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, NamedTuple

import structlog
import typer
from pydantic import ValidationError

from app.errors import RingfenceError


class Command(NamedTuple):
    """Where a command is: a function of its name in the module, or a `typer.Typer` named `app` for a group."""

    module: str
    panel: str
    help: str


RUN, MESSAGES, LOOK, OPERATE = "Run", "Messages", "Look", "Operate"

COMMANDS = {
    "up": Command("app.cli.up", RUN, "Start everything on this machine: Kafka, Valkey, workers."),
    "prepare": Command("app.cli.prepare", RUN, "Declare topics and enroll keys on a Kafka of your own."),
    "down": Command("app.cli.down", RUN, "Stop what `up` started; its data stays."),
    "demo": Command("app.cli.demo", RUN, "Start everything, let simulated fleets work, and watch."),
    "bench": Command("app.cli.bench", RUN, "Measure this machine, beside plain Faust, Quix Streams and a bare loop."),
    "doctor": Command("app.cli.doctor", RUN, "Check every connection and topic, and say what to do."),
    "fold": Command("app.cli.fold", MESSAGES, "Decide the messages of a file, without Kafka."),
    "send": Command("app.cli.send", MESSAGES, "Send a file of messages to the log."),
    "dump": Command("app.cli.dump", MESSAGES, "Write the records of a topic to a file."),
    "simulate": Command("app.cli.simulate", MESSAGES, "Simulate fleets of agents, into a file or into the log."),
    "watch": Command("app.cli.watch", LOOK, "Watch agents, alerts and throughput live."),
    "graph": Command("app.cli.graph", LOOK, "Show who drives whom: hubs, loops, components, trust."),
    "check": Command("app.cli.check", LOOK, "Ask a door whether an agent may go on."),
    "policy": Command("app.cli.policy", OPERATE, "Show, check and apply policies."),
    "quarantine": Command("app.cli.quarantine", OPERATE, "Contain an agent."),
    "release": Command("app.cli.release", OPERATE, "Let a contained agent go."),
    "appeal": Command("app.cli.appeal", OPERATE, "Ask for another look at a containment."),
    "mode": Command("app.cli.mode", OPERATE, "Say how far containments go: off, shadow, warn, enforce."),
    "sidecar": Command("app.cli.sidecar", OPERATE, "Serve the doors for gateways and SDKs."),
    "mirror": Command("app.cli.mirror", OPERATE, "Make the mirror in Redis anew."),
    "key": Command("app.cli.key", OPERATE, "Say who may sign commands."),
    "dead-letter": Command("app.cli.dead_letter", OPERATE, "List, show and redrive what could not be decided."),
    "skip": Command("app.cli.skip", OPERATE, "Give up positions that cannot be folded."),
    "repartition": Command("app.cli.repartition", OPERATE, "Move everything to another number of partitions."),
    "datadog": Command("app.cli.datadog", OPERATE, "Keep monitors and dashboards in Datadog as defined."),
    "status": Command("app.cli.status", LOOK, "Show the parts, the topics and the workers' progress."),
}
"""All commands, in the order in which `--help` lists them within each panel."""


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the program for a command line: the command that it names is imported, the others are only listed."""
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    app = typer.Typer(
        name="ringfence",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
    )
    app.callback()(_options)
    for name, command in COMMANDS.items():
        if name == named:
            _add(app, name, command)
        else:
            app.command(name, help=command.help, rich_help_panel=command.panel)(_only_listed)
    return app


def _add(app: typer.Typer, name: str, command: Command) -> None:
    module = import_module(command.module)
    group = getattr(module, "app", None)
    if isinstance(group, typer.Typer):
        app.add_typer(group, name=name, help=command.help, no_args_is_help=True)
    else:
        app.command(name)(getattr(module, name.replace("-", "_")))


def _only_listed() -> None:
    """Stand for a command that this command line does not call."""


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"ringfence {version('ringfence')}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Trust, conflicts and containment for fleets of autonomous agents, exactly once."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error that we know is one line on stderr, and its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))  # stdout is for results
    try:
        build(arguments)(args=list(arguments), prog_name="ringfence")
    except RingfenceError as error:
        typer.secho(f"ringfence: {error}", fg="red", err=True)
        sys.exit(error.exit_code)
    except ValidationError as error:
        typer.secho(f"ringfence: {_settings_line(error)}", fg="red", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has enough of it
        sys.exit(0)


def _settings_line(error: ValidationError) -> str:
    """Name the settings that are wrong, as environment variables."""
    return "; ".join(
        f"RINGFENCE_{'__'.join(map(str, detail['loc'])).upper()}: {detail['msg']}" for detail in error.errors()
    )


if __name__ == "__main__":
    main()
