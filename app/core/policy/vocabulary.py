"""The vocabulary: which act a kind of message is, extended by policy files."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Act = Literal[
    "claim",  # asks for an amount of a resource
    "grant",  # gives it
    "refuse",  # denies it
    "release",  # gives it back
    "rating",  # says how far another is trusted, on a scale
    "proposal",  # puts a choice of members to the vote
    "vote",  # approves or rejects a proposal
    "outcome",  # says how what the members did together ended
    "commitment",  # binds those it is told to: a limit they agreed on
    "move",  # cooperates with, or defects from, another
    "measurement",  # reports a number of the sender
    "transfer",  # passes something on: money, a task
    "speech",  # says something in words
    "statement",  # says how something is, whoever hears it
    "task",  # tells the targets what to do, in words
    "call",  # uses a tool
    "reading",  # what a tool brings: nobody vouches for it
    "neutral",  # everything else
]

BUILT_IN_KINDS: Mapping[str, Act] = {
    "resource_request": "claim",
    "resource_grant": "grant",
    "resource_refuse": "refuse",
    "refusal": "refuse",
    "refuse": "refuse",
    "resource_release": "release",
    "rating": "rating",
    "proposal": "proposal",
    "team_proposal": "proposal",
    "vote": "vote",
    "outcome": "outcome",
    "mission_result": "outcome",
    "commitment": "commitment",
    "agreed_limit": "commitment",
    "move": "move",
    "measurement": "measurement",
    "metric": "measurement",
    "transfer": "transfer",
    "chat": "speech",
    "turn": "speech",
    "statement": "statement",
    "report": "statement",
    "task": "task",
    "tool_call": "call",
    "tool_result": "reading",
}


class VocabularyPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What a fleet's own words mean.

    >>> VocabularyPolicy(kinds={"lock": "claim"}).act_of("lock"), VocabularyPolicy().act_of("lock")
    ('claim', 'neutral')
    """

    kinds: dict[str, Act] = {}
    """The act of a kind of message, beside the built-in ones and before them."""
    fields: dict[str, str] = {}
    """Names of content fields that stand for those the fold reads: `{"units": "amount"}`."""

    def __hash__(self) -> int:
        return hash((frozenset(self.kinds.items()), frozenset(self.fields.items())))

    def act_of(self, kind: str) -> Act:
        """The act of a kind; neutral where nobody says."""
        return self.kinds.get(kind) or BUILT_IN_KINDS.get(kind, "neutral")
