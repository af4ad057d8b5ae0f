"""The vocabulary: what in a message counts as a signal. Unknown kinds are neutral."""

import math
from collections.abc import Mapping
from typing import TypeVar
from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.core.errors import Refused
from app.core.policy import VocabularyPolicy
from app.events import DEFAULT_FLEET, AgentMessage

MAX_NAME = 256
MAX_WAY = 64
"""Characters of the way in which something fails; constants of engine version 1."""


class Content(Struct, frozen=True):
    """The fields of a message's content that the fold reads; of any JSON type, since agents write them."""

    kind: object = None
    error: object = None
    status: object = None
    text: object = None
    resource: object = None
    amount: object = None
    capacity: object = None
    pool_available: object = None
    """What a shared pool holds, as the one who claims from it knows."""
    pool_left: object = None
    """What is left in a shared pool after a grant."""
    limit: object = None
    """What those told have agreed not to go over."""
    rating: object = None
    scale: object = None
    """Lowest and highest rating: `[-10, 10]`."""
    team: object = None
    """The agents that are proposed, or that an outcome is about."""
    vote: object = None
    result: object = None
    fail_count: object = None
    """How many of the team are known to have sabotaged what it did."""
    """How many of the team made it fail."""
    action: object = None
    name: object = None
    subject: object = None
    """What a statement is about."""
    value: object = None
    tool: object = None
    arguments: object = None
    operation: object = None
    duration_us: object = None
    """How long the answering took, as the one who answers measured it."""
    caller_saw_us: object = None
    """The same as the one who asked measured it."""


class Metadata(Struct, frozen=True):
    """The fields of a message's metadata that the fold reads."""

    fleet: object = None
    msg_id: object = None
    error: object = None
    agent_class: object = None


_content = msgspec.json.Decoder(Content)
_metadata = msgspec.json.Decoder(Metadata)
_NO_CONTENT = Content()
_NO_METADATA = Metadata()
_CONTENT_FIELDS = frozenset(Content.__struct_fields__)
_PLAIN = VocabularyPolicy()
F = TypeVar("F", Content, Metadata)


def content_of(message: AgentMessage, vocabulary: VocabularyPolicy = _PLAIN) -> Content:
    """The signals in the content; none where it is no object. Raises Refused for a number or a text out of range.

    Fields that the vocabulary names stand for the fold's own where those are absent.

    >>> content_of(AgentMessage(agent_id="a", message_type="t", content=msgspec.Raw(b'{"kind":"vote"}'))).kind
    'vote'
    """
    content = _fields(_content, message.content, "content")
    if content is None:
        return _NO_CONTENT
    return _translated(content, message, vocabulary.fields) if vocabulary.fields else content


def _translated(content: Content, message: AgentMessage, fields: Mapping[str, str]) -> Content:
    own = msgspec.json.decode(message.content, type=dict[str, object])
    said = {ours: own[theirs] for theirs, ours in fields.items() if theirs in own and ours in _CONTENT_FIELDS}
    return replace(content, **{field: value for field, value in said.items() if getattr(content, field) is None})


def metadata_of(message: AgentMessage) -> Metadata:
    """The signals in the metadata; none where it is no object. Raises Refused as `content_of` does."""
    return _fields(_metadata, message.metadata, "metadata") or _NO_METADATA


def _fields(decoder: msgspec.json.Decoder[F], raw: msgspec.Raw, field: str) -> F | None:
    encoded = bytes(raw)
    if not encoded.lstrip().startswith(b"{"):
        return None
    try:
        return decoder.decode(encoded)
    except msgspec.DecodeError as error:
        raise Refused("InvalidMessage", f"{error} - in `$.{field}`") from error


def kind_of(message: AgentMessage, content: Content) -> str:
    """What the message is about: `content.kind` where it has one, else `message_type`."""
    return content.kind if isinstance(content.kind, str) and content.kind else message.message_type


def says_error(content: Content, metadata: Metadata) -> bool:
    """Whether a response reports a failure.

    >>> says_error(Content(status="error"), Metadata()), says_error(Content(error=""), Metadata())
    (True, False)
    """
    return bool(content.error) or bool(metadata.error) or content.status == "error" or content.kind == "error"


def way_of_failing(content: Content) -> str:
    """In which way a message says that it fails.

    >>> way_of_failing(Content(error="timeout")), way_of_failing(Content())
    ('timeout', 'error')
    """
    for said in (content.error, content.status, content.kind):
        if isinstance(said, str) and said:
            return said[:MAX_WAY]
    return "error"


def fleet_of(message: AgentMessage, metadata: Metadata) -> str:
    """The fleet of a message: the field, else that of its metadata, else the default one.

    >>> fleet_of(AgentMessage(agent_id="a", message_type="t"), Metadata(fleet="north"))
    'north'
    """
    return message.fleet or name(metadata.fleet) or DEFAULT_FLEET


def id_of(message: AgentMessage, metadata: Metadata) -> str | None:
    """The id of a message: the field, else that of its metadata."""
    return message.id or name(metadata.msg_id)


def digest(value: str | None) -> int:
    """CRC-32 of a name, which entries keep in its place; 0: none is given."""
    return crc32(value.encode()) if value else 0


def name(value: object) -> str | None:
    """The value where it can be a key."""
    return value if isinstance(value, str) and 0 < len(value) <= MAX_NAME else None


def amount(value: object) -> float | None:
    """The value where it is a finite number above 0, to six decimals.

    >>> amount(3), amount(True), amount("3"), amount(-1), amount(10 ** 400), amount(1e-9)
    (3.0, None, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = round(float(value), 6)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number > 0 else None


def level(value: object) -> float | None:
    """The value where it is a finite number of 0 or more, to six decimals.

    >>> level(0), level(2.5), level(False), level(-1)
    (0.0, 2.5, None, None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return 0.0
    return amount(value)
