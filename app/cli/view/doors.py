"""The doors: do they answer, how fresh is what they know, whom do they let through."""

from rich.text import Text

from app.cli.view.marks import seconds
from app.cli.view.rows import DoorRow
from app.cli.view.state import ViewState

MAX_LINES = 3


def door_lines(state: ViewState, now: float) -> list[Text]:
    """A line for each door, the first of them where they are many."""
    doors = state.doors()
    lines = [Text(" door ", "dim").append_text(_standing(door, now)) for door in doors[:MAX_LINES]]
    if len(doors) > MAX_LINES:
        lines.append(Text(f" and {len(doors) - MAX_LINES} doors more", "dim"))
    return lines


def told(door: DoorRow) -> str:
    """The same in words alone, without what changes every second."""
    return f"door {door.url}: {door.standing}{_consequence(door)}"


def _standing(door: DoorRow, now: float) -> Text:
    style = {"in touch": "green", "reading": "yellow"}.get(door.standing, "bold red")
    sign = {"in touch": "●", "reading": "…"}.get(door.standing, "✗")
    age_s = None if door.condition is None else door.condition.age_s
    age = "" if age_s is None else f", {age_s:.1f} s old"
    line = Text.assemble((f"{sign} {door.standing}", style), f" for {seconds(now - door.since)}{age}")
    return line.append(_consequence(door)).append(f"  {door.url}", "dim")


def _consequence(door: DoorRow) -> str:
    if door.condition is None:
        return f": {door.trouble}"
    if door.standing != "out of touch":
        return f", {door.condition.known:,} agents in its book"
    whom = "lets through all but the contained" if door.condition.when_stale == "open" else "lets nobody through"
    partitions = ", ".join(str(age.partition) for age in door.condition.stale) or "any"
    return f" with partition {partitions}: {whom}"
