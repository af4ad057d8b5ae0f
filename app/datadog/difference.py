"""Where a resource in the account differs from its definition."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from app.datadog.resource import Json

_UNORDERED = frozenset({"tags"})
_WHOLE = frozenset({"thresholds"})
"""Of these, a field that the definition does not have is a difference too."""


class Difference(Struct, frozen=True):
    """One field: where it is, what Datadog has and what it should be; None is none."""

    path: str
    found: Json
    wanted: Json

    def __str__(self) -> str:
        return f"{self.path}: {_text(self.found)} -> {_text(self.wanted)}"


def differences(wanted: Json, found: Json, path: str = "") -> Iterator[Difference]:
    """The fields of the definition that the account has otherwise; what Datadog adds by itself is none.

    >>> theirs = {"query": "avg > 4", "tags": ["b", "a"], "options": {"thresholds": {"critical": 4.0}, "locked": False}}
    >>> ours = {"query": "avg > 5", "tags": ["a", "b"], "options": {"thresholds": {"critical": 5}}}
    >>> [str(difference) for difference in differences(ours, theirs)]
    ['query: "avg > 4" -> "avg > 5"', 'options.thresholds.critical: 4.0 -> 5']
    """
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        extra = (key for key in found if key not in wanted and _name(path) in _WHOLE)
        for key in (*wanted, *extra):
            yield from differences(wanted.get(key), found.get(key), f"{path}.{key}" if path else key)
    elif isinstance(wanted, list) and isinstance(found, list) and _in_step(wanted, found, path):
        for index, (ours, theirs) in enumerate(zip(wanted, found, strict=True)):
            yield from differences(ours, theirs, f"{path}[{index}]")
    elif _plain(wanted, path) != _plain(found, path):
        yield Difference(path, found, wanted)


def _in_step(wanted: Sequence[Json], found: Sequence[Json], path: str) -> bool:
    """Whether the items can be compared one by one."""
    return len(wanted) == len(found) and _name(path) not in _UNORDERED


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _plain(value: Json, path: str) -> Json:
    return sorted(map(str, value)) if isinstance(value, list) and _name(path) in _UNORDERED else value


def _text(value: Json) -> str:
    return msgspec.json.encode(value).decode() if value is not None else "none"
