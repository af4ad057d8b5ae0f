"""What there is to do so that an account has what is defined, and nothing else of ours."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct

from app.datadog.difference import Difference, differences
from app.datadog.resource import Definition, Existing


class Step(Struct, frozen=True):
    """What becomes of one resource. `existing` is None where it is created, `definition` where it is deleted."""

    definition: Definition | None
    existing: Existing | None
    changes: tuple[Difference, ...] = ()

    @property
    def verb(self) -> Literal["create", "update", "delete", "keep"]:
        """In a word."""
        if self.existing is None:
            return "create"
        if self.definition is None:
            return "delete"
        return "update" if self.changes else "keep"

    @property
    def subject(self) -> str:
        """Which resource."""
        resource = self.definition or self.existing
        assert resource is not None
        return f"{resource.kind} {resource.name!r}"


def plan(wanted: Iterable[Definition], found: Sequence[Existing]) -> list[Step]:
    """The steps, in the order of the definitions, deletions last: resources of ours that nothing defines, and doubles.

    >>> monitor = Definition("monitor", "Lag", {"query": "a > 1"})
    >>> there = Existing("monitor", "Lag", {"query": "a > 2"}, id="7")
    >>> [step.verb for step in plan([monitor], [])], [step.verb for step in plan([monitor], [there, there])]
    (['create'], ['update', 'delete'])
    """
    left = {key: list(same) for key, same in groupby(sorted(found, key=_order), key=_key)}
    steps = []
    for definition in wanted:
        same = left.get(_key(definition), [])
        existing = same.pop(0) if same else None
        changes = () if existing is None else tuple(differences(definition.body, existing.body))
        steps.append(Step(definition, existing, changes))
    return steps + removal(existing for same in left.values() for existing in same)


def removal(found: Iterable[Existing]) -> list[Step]:
    """The steps that delete what is given."""
    return [Step(None, existing) for existing in found]


def _key(resource: Definition | Existing) -> tuple[str, str]:
    return resource.kind, resource.name


def _order(existing: Existing) -> tuple[str, str, int, str]:
    """The oldest first: ids rise, those of dashboards are texts."""
    return (*_key(existing), len(existing.id), existing.id)
