"""Reading ops/datadog: a JSON file for each monitor and dashboard, as Datadog's API takes them."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.datadog.errors import DefinitionError
from app.datadog.resource import TITLE, Body, Definition, Json, Kind, mark
from app.settings import DatadogSettings

FOLDER = Path(__file__).parents[2] / "ops" / "datadog"
_FOLDERS: tuple[tuple[Kind, str], ...] = (("monitor", "monitors"), ("dashboard", "dashboards"))


def read_definitions(folder: Path, settings: DatadogSettings) -> list[Definition]:
    """The resources that the folder defines, marked as ours; monitors tell `settings.notify`.

    Raises DefinitionError for a file that is no definition, or a name that two files give.
    """
    definitions = list(_read(folder, settings))
    if not definitions:
        raise DefinitionError(f"{folder} holds no monitors/*.json and no dashboards/*.json")
    names = [(definition.kind, definition.name) for definition in definitions]
    for kind, name in names:
        if names.count((kind, name)) > 1:
            raise DefinitionError(f"{folder}: two files define the {kind} {name!r}")
    return definitions


def _read(folder: Path, settings: DatadogSettings) -> Iterator[Definition]:
    for kind, subfolder in _FOLDERS:
        for file in sorted((folder / subfolder).glob("*.json")):
            body = _decode(file)
            name = body.get(TITLE[kind])
            if not isinstance(name, str):
                raise DefinitionError(f"{file}: a {kind} needs a {TITLE[kind]}")
            yield Definition(kind, name, _marked(kind, body, settings))


def _decode(file: Path) -> Body:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict)
    except (OSError, msgspec.DecodeError) as error:
        raise DefinitionError(f"{file} cannot be used: {error}") from error


def _marked(kind: Kind, body: Body, settings: DatadogSettings) -> Body:
    if kind == "dashboard":
        return {**body, "description": _lines(body.get("description"), mark(settings.owner))}
    tags = body.get("tags")
    return {
        **body,
        "tags": [*(tags if isinstance(tags, list) else ()), mark(settings.owner)],
        "message": _lines(body.get("message"), settings.notify),
    }


def _lines(text: Json, line: str) -> str:
    return "\n".join(part for part in (str(text or ""), line) if part)
