"""An interaction: a message as the detectors see it, read once."""

from msgspec import Struct

from app.core.contention import Contention
from app.core.entries import OpenRequest
from app.core.policy import Act
from app.core.signals import Content
from app.events import AgentMessage


class Interaction(Struct):
    """What one message is about. `targets` are others than the sender, each once, in the order given."""

    message: AgentMessage
    message_id: str | None
    matter: int
    """Its conversation, as CRC-32; 0: none is given."""
    sender: str
    targets: tuple[str, ...]
    kind: str
    """`content.kind` where it has one, else `message_type`."""
    act: Act
    """What the vocabulary makes of the kind."""
    content: Content
    error: bool
    """Whether it reports a failure."""
    answered: OpenRequest | None = None
    """The request that this message answers."""
    contention: Contention | None = None
    """What it does about a resource."""
