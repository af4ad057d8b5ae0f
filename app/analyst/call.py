"""A call of the endpoint that was answered: what it took."""

from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

FinishReason = Literal["stop", "length", "content_filter", "refusal", "invalid"]
"""Why the model stopped; `refusal` where it declines, `invalid` where what came is none of this."""

Count = Annotated[int, Meta(ge=0)]


class Usage(Struct, frozen=True):
    """Tokens, as the endpoint counts them."""

    prompt_tokens: Count
    completion_tokens: Count


NOTHING = Usage(0, 0)


class Call(NamedTuple):
    """One call."""

    finish_reason: FinishReason
    latency_s: float
    usage: Usage | None
    """None where the endpoint does not tell."""
