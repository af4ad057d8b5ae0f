"""Claim units of a pool, be answered by its provider, give them back."""

from typing import Literal

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process
from app.simulator.pool import Claim, Pool


def claim(  # noqa: PLR0913 - a request has this many parts
    fleet: Fleet, agent: Agent, pool: Pool, amount: int, conversation: str, *, patient: bool, cause: str | None = None
) -> Claim:
    """Send a request for units; wait for `granted` to learn the provider's answer.

    A patient claim queues where the pool is full, an impatient one is refused.
    """
    request = fleet.send(
        agent, "resource_request", [pool.provider], pool.describe(amount), conversation=conversation, cause=cause
    )
    made = Claim(agent, amount, conversation, patient, fleet.env.event(), request)
    fleet.begin(_answer(fleet, pool, made))
    return made


def release(fleet: Fleet, pool: Pool, made: Claim) -> None:
    """Give the units back; those that wait for them are served."""
    fleet.send(
        made.agent,
        "resource_release",
        [pool.provider],
        pool.describe(made.amount),
        conversation=made.conversation,
        cause=made.request,
    )
    for waiting in pool.release(made):
        _grant(fleet, pool, waiting)


def _answer(fleet: Fleet, pool: Pool, made: Claim) -> Process:
    yield fleet.wait(0.1)
    rivals = pool.rivals(made)
    fleet.label_message("conflict", made.request, rivals)
    if not rivals:
        _grant(fleet, pool, made)
    elif not pool.queue(made):
        _reply(fleet, pool, made, "resource_refuse")
        made.granted.succeed(value=False)


def _grant(fleet: Fleet, pool: Pool, made: Claim) -> None:
    pool.hold(made)
    _reply(fleet, pool, made, "resource_grant")
    made.granted.succeed(value=True)


def _reply(fleet: Fleet, pool: Pool, made: Claim, answer: Literal["resource_grant", "resource_refuse"]) -> None:
    content = pool.describe(made.amount)
    fleet.send(pool.provider, answer, [made.agent], content, conversation=made.conversation, cause=made.request)
