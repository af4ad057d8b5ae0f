"""What is true of a simulated fleet, told beside its messages and never in them.

>>> msgspec.json.encode(Label("aggressive", "agent", "coder-1", 1, "f", "2025-01-01T00:00:00.000000Z")).decode()
'{"detector":"aggressive","scope":"agent","id":"coder-1","label":1,"fleet":"f","timestamp":"2025-01-01T00:00:00.000000Z"}'
"""

from collections.abc import Sequence
from typing import Literal

import msgspec


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer that a detector should have given about an agent or a message.

    `label` is 1 where it holds and 0 where it does not; `timestamp` says from when on (agents) or
    when it was settled (messages); `against` lists the message ids of the other side.
    """

    detector: str
    scope: Literal["agent", "message"]
    id: str
    label: Literal[0, 1]
    fleet: str
    timestamp: str
    against: Sequence[str] = ()
