"""The states of an agent and what leads from one to another; drawn in docs/enforcement.md.

What is not in the table is not allowed: an operator's command is refused, an automatic act is left out. So is a
throttle of a quarantined agent, unless the throttle binds and the quarantine does not.
"""

from collections.abc import Mapping

from app.events import EnforcementAct, EnforcementState

TRANSITIONS: Mapping[EnforcementState, Mapping[EnforcementAct, EnforcementState]] = {
    "trusted": {"watch": "watched", "throttle": "throttled", "quarantine": "quarantined"},
    "watched": {
        "throttle": "throttled",
        "quarantine": "quarantined",
        "recover": "trusted",
        "release": "released",
        "appeal": "watched",
    },
    "throttled": {
        "throttle": "throttled",
        "quarantine": "quarantined",
        "recover": "trusted",
        "expire": "probation",
        "release": "released",
        "appeal": "throttled",
    },
    "quarantined": {
        "throttle": "throttled",
        "quarantine": "quarantined",
        "expire": "probation",
        "parole": "probation",
        "release": "released",
        "appeal": "quarantined",
    },
    "probation": {
        "throttle": "throttled",
        "quarantine": "quarantined",
        "expire": "trusted",
        "release": "released",
        "appeal": "probation",
    },
    "released": {"watch": "watched", "throttle": "throttled", "quarantine": "quarantined"},
}


def after(state: EnforcementState, act: EnforcementAct) -> EnforcementState | None:
    """The state that an act leads to; None where it is not allowed.

    >>> after("quarantined", "expire"), after("quarantined", "recover")
    ('probation', None)
    """
    return TRANSITIONS[state].get(act)
