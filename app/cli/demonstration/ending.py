"""When the demo is over: its time is up, and what was sent is decided."""

import time

from app.cli.demonstration.traffic import Traffic
from app.cli.view.state import ViewState
from app.embedded.supervisor import Supervisor

DRAIN_S = 10.0


class Ending:
    """Asked by the view again and again; it also keeps the parts running meanwhile.

    seconds: how long traffic flows, from now on.
    """

    def __init__(self, supervisor: Supervisor, traffic: Traffic, state: ViewState, seconds: float) -> None:
        self._supervisor = supervisor
        self._traffic = traffic
        self._state = state
        self._stop_at = time.monotonic() + seconds
        self._give_up_at: float | None = None

    def __call__(self) -> bool:
        """Whether it is over; stops the traffic when its time has come."""
        self._supervisor.tend()
        self._traffic.check()
        now = time.monotonic()
        if now < self._stop_at:
            return False
        if self._give_up_at is None:
            self._traffic.stop()
            self._give_up_at = now + DRAIN_S
        return self._state.decided >= self._traffic.sent or now >= self._give_up_at
