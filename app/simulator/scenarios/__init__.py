"""The scenarios, by name. A new one is a file here and a line below."""

from collections.abc import Callable, Mapping

from app.simulator.fleet import Fleet
from app.simulator.scenarios.conflict import conflict
from app.simulator.scenarios.healthy import healthy

Scenario = Callable[[Fleet], None]
"""Starts the processes of a fleet's agents and labels what is true of them."""

SCENARIOS: Mapping[str, Scenario] = {"healthy": healthy, "conflict": conflict}
