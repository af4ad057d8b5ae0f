"""Sketches: what a message says, in 26 bytes, so that two turns can be compared.

The opening words carry what is being done and to what, the rest is mostly the outcome's detail; so the first
words are kept, as hashes of 16 bits, and compared as sets (A. Broder, "On the resemblance and containment of
documents", 1997). A hash of what the message reports (state, result, value) stands before them.
"""

import re
from functools import lru_cache
from zlib import crc32

import msgspec

from app.core.interaction import Interaction

WORDS = 12
"""Words of an opening; a constant of engine version 1."""
MAX_OPENING = 400
"""Characters in which they are looked for."""
TRANSFER = b"$"
"""The sketch of what passes something on: whatever it says, it has moved."""
_WORDED = frozenset({"neutral", "speech", "statement", "task", "call"})
_STATE = 2

_string_field = re.compile(rb':\s*"')
_word = re.compile(r"\w+")
_encode = msgspec.json.Encoder().encode


def sketch_of(interaction: Interaction, waiting: tuple[str, ...]) -> bytes:
    """The sketch of a message; empty where it is of a kind that cannot go round, or says that somebody waits."""
    content = interaction.content
    if interaction.act == "transfer":
        return TRANSFER
    if interaction.act not in _WORDED or interaction.kind in waiting or content.status in waiting:
        return b""
    if content.operation is not None:  # what services do for each request, however often one comes
        return b""
    text = content.text if isinstance(content.text, str) else _structured(interaction)
    if not text:
        return b""
    state = (content.status, content.result, content.value, content.error)
    return (crc32(_encode(state)) & 0xFFFF).to_bytes(_STATE) + opening(text)


def _structured(interaction: Interaction) -> str:
    """The start of a content without a text, if anything in it but its kind is put in words."""
    raw = bytes(interaction.message.content)
    named = isinstance(interaction.content.kind, str)
    in_words = len(_string_field.findall(raw)) > (1 if named else 0)
    return raw[:MAX_OPENING].decode(errors="replace") if in_words else ""


def opening(text: str) -> bytes:
    """The first words of a text, two bytes each, in lower case.

    >>> opening("Please scroll down.") == opening("please, scroll: DOWN!"), len(opening("a b c"))
    (True, 6)
    """
    words = _word.findall(text[:MAX_OPENING].lower())[:WORDS]
    return b"".join([_hash(word) for word in words])


@lru_cache(maxsize=4096)
def _hash(word: str) -> bytes:
    """Two bytes; kept of the words that are said most."""
    return (crc32(word.encode()) & 0xFFFF).to_bytes(2)


def resemblance(one: bytes, other: bytes) -> float:
    """How alike two sketches' words are: shared words by all words, 0..1.

    >>> resemblance(b"--" + opening("try step 3 again"), b"--" + opening("try step 4 again"))
    0.6
    """
    if one == other:
        return 1.0 if len(one) > _STATE else 0.0
    first, second = _words(one), _words(other)
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared) if shared else 0.0


def says_same(one: bytes, other: bytes, alike: float) -> bool:
    """Whether the second says no more than the first: the same state, in much the same words."""
    return one[:_STATE] == other[:_STATE] and resemblance(one, other) >= alike


def _words(sketch: bytes) -> frozenset[bytes]:
    return frozenset(sketch[place : place + 2] for place in range(_STATE, len(sketch), 2))
