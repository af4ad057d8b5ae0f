"""Conversations: which requests wait for an answer, and who gave it."""

from msgspec.structs import replace

from app.core.context import Context
from app.core.entries import ConversationEntry, OpenRequest
from app.core.table import Key
from app.core.trust import move, seen
from app.events import AgentMessage

MAX_WAITED = 512
"""Answers that one conversation waits for; a constant of engine version 1, which bounds its entry."""


def open_request(context: Context, message: AgentMessage) -> None:
    """A request waits for its targets but the sender; the oldest gives way where too many wait."""
    key = _key(context, message)
    targets = tuple(target for target in message.target_agents if target != message.agent_id)[:MAX_WAITED]
    if key is None or not targets:
        return
    conversations, policy = context.state.conversations, context.policy.conversation
    entry = conversations.edit(key) or conversations.put(key, ConversationEntry(due=None))
    due = context.now + int(policy.answer_timeout_s * 1000.0)
    waiting = OpenRequest(message.agent_id, targets, due, context.offset, context.now)
    _keep(context, key, entry, _newest((*entry.requests, waiting)[-policy.max_open :]))


def _newest(requests: tuple[OpenRequest, ...]) -> tuple[OpenRequest, ...]:
    """The latest requests that wait for no more than MAX_WAITED answers together."""
    waited = sum(len(request.targets) for request in requests)
    while waited > MAX_WAITED:
        waited -= len(requests[0].targets)
        requests = requests[1:]
    return requests


def answer(context: Context, message: AgentMessage, *, error: bool, excused: bool = False) -> OpenRequest | None:
    """A response: an answered request is cooperation, an error costs trust unless its cause lies elsewhere.

    Returns the request that it answers.
    """
    answered = _take_request(context, message)
    if error:
        if not excused:
            move(context, message.agent_id, "error", bad=context.policy.trust.error)
        seen(context, message.agent_id).errors += 1
    elif answered:
        move(context, message.agent_id, "answer", good=context.policy.trust.cooperation).cooperations += 1
    return answered


def charge(context: Context, message: AgentMessage, agent_id: str, waited_us: int, *, failed: bool) -> None:
    """Note at the latest request that waits for `agent_id` in this conversation how long it has itself waited."""
    key = _key(context, message)
    entry = None if key is None else context.state.conversations.get(key)
    if key is None or entry is None:
        return
    for place in range(len(entry.requests) - 1, -1, -1):
        request = entry.requests[place]
        if agent_id in request.targets:
            below = replace(request, below_us=request.below_us + waited_us, failed_below=request.failed_below or failed)
            changed = context.state.conversations.edit(key)
            assert changed is not None
            changed.requests = (*entry.requests[:place], below, *entry.requests[place + 1 :])
            return


def expire(context: Context, key: Key) -> None:
    """The timer of a conversation: requests that nobody answered in time are dropped."""
    entry = context.state.conversations.edit(key)
    assert entry is not None
    _keep(context, key, entry, tuple(request for request in entry.requests if request.due > context.now))


def _key(context: Context, message: AgentMessage) -> Key | None:
    conversation = message.conversation
    return None if conversation is None else (context.fleet, conversation)


def _take_request(context: Context, message: AgentMessage) -> OpenRequest | None:
    key = _key(context, message)
    entry = None if key is None else context.state.conversations.get(key)
    if key is None or entry is None:
        return None
    for place in range(len(entry.requests) - 1, -1, -1):
        request = entry.requests[place]
        if message.agent_id in request.targets:
            _answered(context, key, place, message.agent_id)
            return request
    return None


def _answered(context: Context, key: Key, place: int, agent_id: str) -> None:
    entry = context.state.conversations.edit(key)
    assert entry is not None
    request = entry.requests[place]
    left = tuple(target for target in request.targets if target != agent_id)
    still = (replace(request, targets=left),) if left else ()
    _keep(context, key, entry, entry.requests[:place] + still + entry.requests[place + 1 :])


def _keep(context: Context, key: Key, entry: ConversationEntry, requests: tuple[OpenRequest, ...]) -> None:
    if requests:
        entry.requests = requests
        entry.due = min(request.due for request in requests)
    else:
        context.state.conversations.delete(key)
