"""The scenarios, by name. A new one is a file here and a line below."""

from collections.abc import Callable, Mapping

from app.simulator.fleet import Fleet
from app.simulator.scenarios.busy import busy
from app.simulator.scenarios.byzantine import byzantine
from app.simulator.scenarios.cascade import cascade
from app.simulator.scenarios.collusion import collusion
from app.simulator.scenarios.conflict import conflict
from app.simulator.scenarios.flash_crowd import flash_crowd
from app.simulator.scenarios.healthy import healthy
from app.simulator.scenarios.hoarding import hoarding
from app.simulator.scenarios.loop import loop
from app.simulator.scenarios.outage import outage
from app.simulator.scenarios.sybil import sybil

Scenario = Callable[[Fleet], None]
"""Starts the processes of a fleet's agents and labels what is true of them."""

SCENARIOS: Mapping[str, Scenario] = {
    "healthy": healthy,
    "conflict": conflict,
    "busy": busy,
    "flash-crowd": flash_crowd,
    "outage": outage,
    "loop": loop,
    "hoarding": hoarding,
    "cascade": cascade,
    "byzantine": byzantine,
    "collusion": collusion,
    "sybil": sybil,
}
