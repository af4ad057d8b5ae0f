"""A ruling: whether a door lets an agent through, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from api.doors.book import Book
from api.doors.bucket import Buckets
from api.doors.condition import is_fresh, rounded
from app.events import EnforcementState, Mode, Restraint, Transition
from app.settings import SidecarSettings


@dataclass(slots=True)
class Ruling:
    """What a door says of (fleet, agent)."""

    fleet: str
    agent_id: str
    fresh: Annotated[bool, Field(description="whether the fleet's fold had decided all of the log lately")]
    age_s: Annotated[float | None, Field(description="seconds since it had; null where that is unknown")]
    allow: Annotated[bool, Field(description="whether to let it through")] = True
    verdict: Literal["allow", "warn", "deny"] = "allow"
    state: EnforcementState = "trusted"
    mode: Annotated[Mode | None, Field(description="of the latest transition; only `enforce` binds")] = None
    epoch: Annotated[int, Field(description="rises with each transition of the agent; 0: nothing stands about it")] = 0
    reason: str | None = None
    actor: str | None = None
    since: Annotated[int | None, Field(description="event time of the latest transition, ms since the epoch")] = None
    expires_at: int | None = None
    retry_after_s: Annotated[float | None, Field(description="when a throttled agent may try again")] = None


class Act(NamedTuple):
    """What the agent is about to do, as far as the asker knows; who claims without an amount claims one."""

    target: str | None = None
    resource: str | None = None
    amount: float = 1.0


class Porter:
    """Rules by the book; `ready` says whether that has been read, or read again: before, nothing in it is fresh."""

    def __init__(self, book: Book, settings: SidecarSettings, ready: Callable[[], bool] = lambda: True) -> None:
        self._book = book
        self._settings = settings
        self._ready = ready
        self._buckets = Buckets()

    def rule(self, fleet: str, agent_id: str, act: Act) -> Ruling:
        """Let the agent through or not. What is known stays in force while freshness is lost."""
        latest, age_s = self._book.states.latest(fleet, agent_id), self._book.age_s(fleet)
        fresh = self._ready() and is_fresh(age_s, self._settings) and self._book.states.knows(fleet, agent_id)
        ruling = _of(fleet, agent_id, latest, fresh=fresh, age_s=rounded(age_s))
        if latest is not None and latest.mode == "enforce":
            self._bind(ruling, latest, act)
        if ruling.allow and not ruling.fresh and self._settings.when_stale == "closed":
            ruling.allow, ruling.reason = False, "the door has lost touch with the fold, and the policy is to close"
        if not ruling.allow:
            ruling.verdict = "deny"
        return ruling

    def _bind(self, ruling: Ruling, latest: Transition, act: Act) -> None:
        if latest.state == "quarantined":
            ruling.allow = False
        elif latest.state == "throttled" and latest.restraint is not None:
            ruling.allow = not _forbids(latest.restraint, act)
            if ruling.allow and latest.restraint.rate is not None:
                self._count(ruling, latest.restraint.rate)

    def _count(self, ruling: Ruling, rate: float) -> None:
        wait_s = self._buckets.take((ruling.fleet, ruling.agent_id), rate)
        if wait_s > 0:
            ruling.allow, ruling.retry_after_s = False, round(wait_s, 3)


def _forbids(restraint: Restraint, act: Act) -> bool:
    """Whether it names what the agent is about to do.

    >>> _forbids(Restraint(resource="gpu", amount=2.0), Act(resource="gpu", amount=3.0))
    True
    """
    if restraint.target is not None and restraint.target == act.target:
        return True
    if restraint.resource is None or restraint.resource != act.resource:
        return False
    return restraint.amount is not None and not act.amount <= restraint.amount


def _of(fleet: str, agent_id: str, latest: Transition | None, *, fresh: bool, age_s: float | None) -> Ruling:
    if latest is None:
        return Ruling(fleet, agent_id, fresh, age_s)
    return Ruling(
        fleet,
        agent_id,
        fresh,
        age_s,
        verdict="warn" if latest.state in ("throttled", "quarantined", "probation") else "allow",
        state=latest.state,
        mode=latest.mode,
        epoch=latest.epoch,
        reason=latest.grounds or latest.reason,
        actor=latest.actor,
        since=latest.time,
        expires_at=latest.expires_at,
    )
