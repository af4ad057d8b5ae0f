"""What a contestant is told, as JSON in the environment variable BENCH."""

import os

import msgspec

VARIABLE = "BENCH"
PARTITIONS = 8


class Setup(msgspec.Struct, frozen=True):
    """Topics have `partitions` partitions; `data` is a folder of the contestant's own."""

    bootstrap: str
    app_id: str
    input: str
    output: str
    data: str
    partitions: int = PARTITIONS

    def environment(self) -> dict[str, str]:
        """What to start the contestant with."""
        return {VARIABLE: msgspec.json.encode(self).decode()}


def from_environment() -> Setup:
    """What this contestant was told."""
    return msgspec.json.decode(os.environ[VARIABLE], type=Setup)
