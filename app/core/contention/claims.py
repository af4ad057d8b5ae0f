"""The claims of a resource: which is whose, for which task."""

from collections.abc import Iterable
from hashlib import blake2b

from msgspec.structs import replace

from app.core.entries import Claim
from app.core.trust import decimals
from app.events import AgentMessage

MAX_CLAIMS = 256
"""Requests, and holds, that a resource remembers: the latest; a constant of engine version 1."""
TASK_BYTES = 6


def task_of(message: AgentMessage) -> str:
    """A digest of the conversation that the message is part of; empty where it names none.

    >>> message = AgentMessage(agent_id="a", message_type="t", conversation_id="trip")
    >>> len(task_of(message)), task_of(AgentMessage(agent_id="a", message_type="t"))
    (12, '')
    """
    conversation = message.conversation
    return blake2b(conversation.encode(), digest_size=TASK_BYTES).hexdigest() if conversation else ""


def put(claims: tuple[Claim, ...], claim: Claim) -> tuple[Claim, ...]:
    """The claims with this one, in place of one of the same agent for the same task."""
    others = [other for other in claims if other.agent_id != claim.agent_id or other.task != claim.task]
    return (*others, claim)[-MAX_CLAIMS:]


def without(claims: tuple[Claim, ...], ended: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The claims but those that have ended."""
    return tuple([claim for claim in claims if claim not in ended])


def meant(claims: Iterable[Claim], agent_id: str, task: str) -> tuple[Claim, ...]:
    """The claims of an agent that a message is about: those for its task, else all.

    >>> claims = Claim("a", 1.0, 0, 9, 0, task="t"), Claim("a", 2.0, 0, 9, 1, task="u"), Claim("b", 1.0, 0, 9, 2)
    >>> [claim.amount for claim in meant(claims, "a", "u")], [claim.amount for claim in meant(claims, "a", "v")]
    ([2.0], [1.0, 2.0])
    """
    own = [claim for claim in claims if claim.agent_id == agent_id]
    return tuple([claim for claim in own if claim.task == task] or own)


def in_all(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """What each agent claims over all its tasks, as one claim: since when is the mean, weighed by amount.

    >>> [(claim.amount, claim.since) for claim in in_all((Claim("a", 1.0, 0, 9, 0), Claim("a", 3.0, 8, 9, 1)))]
    [(4.0, 6)]
    """
    found: dict[str, Claim] = {}
    for claim in claims:
        known = found.get(claim.agent_id)
        found[claim.agent_id] = claim if known is None else _joined(known, claim)
    return tuple(found.values())


def _joined(one: Claim, other: Claim) -> Claim:
    amount = one.amount + other.amount
    since = one.since + int((other.since - one.since) * (other.amount / amount))
    return replace(one, amount=decimals(amount), since=since)
