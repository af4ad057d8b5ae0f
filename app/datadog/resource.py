"""What is kept in an account: monitors and dashboards, as ops/datadog defines them and as Datadog has them."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
"""Definitions are Datadog's own documents; what they may hold is not modelled here."""
Body = Mapping[str, Json]
Kind = Literal["monitor", "dashboard"]
TITLE: Mapping[Kind, str] = {"monitor": "name", "dashboard": "title"}
"""The field by which a resource is known."""


class Definition(Struct, frozen=True):
    """A resource as it should be."""

    kind: Kind
    name: str
    body: Body


class Existing(Struct, frozen=True):
    """A resource of ours as it is in the account."""

    kind: Kind
    name: str
    body: Body
    id: str


def mark(owner: str) -> str:
    """What says that a resource is ours: a tag of a monitor, the last line of a dashboard's description.

    >>> mark("ringfence")
    'managed_by:ringfence'
    """
    return f"managed_by:{owner}"
