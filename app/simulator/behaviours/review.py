"""A draft goes round: author, reviewer, editor and back, each time with less to remark on, until it is approved."""

from app.simulator.agent import Agent
from app.simulator.fleet import Fleet, Process
from app.simulator.message import Content

ROUNDS = (2, 4)
READ_BEATS = 0.7
PARTS = ("the introduction", "the method", "section 3", "the tables", "the appendix", "the abstract", "two sources")
REMARKS = ("is hard to follow", "contradicts the data", "needs a source", "is too long", "misses the limits")


def review(fleet: Fleet, author: Agent) -> Process:
    """Two to four rounds of a changing draft between three agents: a cycle that converges."""
    conversation = fleet.task()
    reviewer, editor = fleet.random.sample(fleet.peers(author), 2)
    rounds = fleet.random.randint(*ROUNDS)
    parts = fleet.random.sample(PARTS, rounds)
    cause: str | None = None
    for turn, part in enumerate(parts, 1):
        left = rounds - turn
        words = fleet.random.randint(200, 2_000)
        for sender, receiver, text in (
            (author, reviewer, f"Version {turn} of {words} words: {part} rewritten."),
            (reviewer, editor, f"Version {turn}: {part} {fleet.random.choice(REMARKS)}."),
            (editor, author, f"Better by {words} words, " + (f"but see to {part}." if left else "and ready.")),
        ):
            content: Content = {"kind": "draft", "version": turn, "open": left, "text": text}
            cause = fleet.send(sender, "request", [receiver], content, conversation=conversation, cause=cause)
            yield fleet.wait(READ_BEATS)
