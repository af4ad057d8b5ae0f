"""The types of a policy's numbers."""

from typing import Annotated

from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0.001, le=1e9)]
Weight = Annotated[float, Meta(ge=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
TrustScore = Annotated[float, Meta(ge=0, le=100)]
