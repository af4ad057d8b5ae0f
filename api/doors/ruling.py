"""A ruling: whether a door lets an agent through, and why."""

from typing import Literal

from pydantic import BaseModel, Field

from api.doors.book import Book
from api.doors.bucket import Buckets
from app.events import EnforcementState, Mode, Restraint, Transition
from app.settings import SidecarSettings


class Ruling(BaseModel):
    """What a door says of (fleet, agent)."""

    fleet: str
    agent_id: str
    allow: bool = Field(description="whether to let it through")
    verdict: Literal["allow", "warn", "deny"]
    state: EnforcementState
    mode: Mode | None = Field(None, description="of the latest transition; it binds only where this is enforce")
    epoch: int = Field(0, description="transitions of the agent so far")
    reason: str | None = None
    actor: str | None = None
    since: int | None = Field(None, description="event time of the latest transition, ms since the epoch")
    expires_at: int | None = None
    retry_after_s: float | None = Field(None, description="when a throttled agent may try again")
    fresh: bool = Field(description="whether the fleet's fold has been heard of lately")
    age_s: float | None = Field(None, description="seconds since it was; null where it never was")


class Act(BaseModel):
    """What the agent is about to do, as far as the asker knows."""

    target: str | None = None
    resource: str | None = None
    amount: float | None = None


class Porter:
    """Rules by the book."""

    def __init__(self, book: Book, settings: SidecarSettings) -> None:
        self._book = book
        self._settings = settings
        self._buckets = Buckets()
        self.partitions = 0
        """Of the raw topic; 0 while Kafka has not been reached."""

    def rule(self, fleet: str, agent_id: str, act: Act) -> Ruling:
        """Let the agent through or not. What is known stays in force while freshness is lost."""
        latest, age_s = self._book.latest(fleet, agent_id), self._book.age_s(fleet, self.partitions)
        fresh = age_s is not None and age_s <= self._settings.stale_after_s
        ruling = _of(fleet, agent_id, latest, fresh=fresh, age_s=age_s)
        if latest is not None and latest.mode == "enforce":
            self._bind(ruling, latest, act)
        if not fresh and self._settings.when_stale == "closed":
            ruling.allow, ruling.reason = False, "the door has lost touch with the fold, and the policy is to close"
        if not ruling.allow:
            ruling.verdict = "deny"
        return ruling

    def _bind(self, ruling: Ruling, latest: Transition, act: Act) -> None:
        if latest.state == "quarantined":
            ruling.allow = False
        elif latest.state == "throttled" and latest.restraint is not None:
            self._throttle(ruling, latest.restraint, act)

    def _throttle(self, ruling: Ruling, restraint: Restraint, act: Act) -> None:
        if restraint.target is not None and restraint.target == act.target:
            ruling.allow = False
        if restraint.resource is not None and restraint.resource == act.resource:
            ruling.allow = restraint.amount is None or (act.amount or 0.0) <= restraint.amount
        if restraint.rate is not None:
            wait = self._buckets.take((ruling.fleet, ruling.agent_id), restraint.rate)
            if wait:
                ruling.allow, ruling.retry_after_s = False, round(wait, 3)


def _of(fleet: str, agent_id: str, latest: Transition | None, *, fresh: bool, age_s: float | None) -> Ruling:
    age_s = None if age_s is None else round(age_s, 3)
    if latest is None:
        return Ruling(
            fleet=fleet, agent_id=agent_id, allow=True, verdict="allow", state="trusted", fresh=fresh, age_s=age_s
        )
    return Ruling(
        fleet=fleet,
        agent_id=agent_id,
        allow=True,
        verdict="warn" if latest.state in ("throttled", "quarantined", "probation") else "allow",
        state=latest.state,
        mode=latest.mode,
        epoch=latest.epoch,
        reason=latest.reason,
        actor=latest.actor,
        since=latest.time,
        expires_at=latest.expires_at,
        fresh=fresh,
        age_s=age_s,
    )
