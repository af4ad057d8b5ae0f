"""Aliases: no name that agents have chosen, and nothing that they have said, goes out with an alert."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from msgspec import UNSET

from app.core.detectors.anomaly.activity import BEHAVIOURS
from app.core.detectors.anomaly.watch import ANOMALY
from app.core.detectors.bottleneck.common_cause import COMMON_CAUSE
from app.events import Alert

Kind = Literal["AGENT", "RESOURCE", "ERROR", "VALUE"]

_ALIAS: Final = re.compile(r"\b(?:AGENT|RESOURCE|ERROR|VALUE)_\d+\b")


class Aliases:
    """What an alert's names are called in a question, and back.

    Args:
        alert: names its agents and resource; its sentences may quote an error or the name of a value.

    >>> from app.events import AlertAgent
    >>> ann = AlertAgent("ann", "culprit")
    >>> alert = Alert("n:1", "opened", 0, "n", "low_trust", "ann", 0.7, "warning", (ann,), (), "ann fell", "ask ann")
    >>> aliases = Aliases(alert)
    >>> aliases.hide("ann fell, Hanna did not"), aliases.restore("AGENT_1 fell, as AGENT_2 did")
    ('AGENT_1 fell, Hanna did not', 'ann fell, as AGENT_2 did')

    """

    def __init__(self, alert: Alert) -> None:
        self._aliases = _numbered(alert)
        self._names = {alias: name for name, alias in self._aliases.items()}
        longest_first = sorted(self._aliases, key=lambda name: (-len(name), name))
        self._known = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first) or r"(?!)")

    def hide(self, text: str) -> str:
        """The text with aliases for names."""
        return self._known.sub(lambda found: self._aliases[found.group()], text)

    def restore(self, text: str) -> str:
        """The text with names for aliases; others stay as they are."""
        return _ALIAS.sub(lambda found: self._names.get(found.group(), found.group()), text)


def _numbered(alert: Alert) -> Mapping[str, str]:
    counts: dict[Kind, int] = {}
    aliases: dict[str, str] = {}
    for kind, name in _named(alert):
        if name and name not in aliases:
            counts[kind] = counts.get(kind, 0) + 1
            aliases[name] = f"{kind}_{counts[kind]}"
    return aliases


def _named(alert: Alert) -> Iterator[tuple[Kind, str]]:
    yield from (("AGENT", agent.agent_id) for agent in alert.agents)
    if alert.cycle is not UNSET:
        yield from (("AGENT", agent_id) for agent_id in alert.cycle)
    if alert.resource is not UNSET:
        yield "RESOURCE", alert.resource
    if alert.pattern == COMMON_CAUSE:
        yield "ERROR", repr(alert.subject)[1:-1]
    if alert.pattern == ANOMALY:
        watched, _, _ = alert.explanation.rpartition(f" of {alert.subject} is ")
        if watched not in BEHAVIOURS.values():
            yield "VALUE", watched
