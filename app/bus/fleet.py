"""Which fleet a message belongs to: the record key, and so the partition, of what is sent."""

import msgspec
from msgspec import Raw

from app.events import DEFAULT_FLEET

_fields = msgspec.json.Decoder(dict[str, Raw])
_text = msgspec.json.Decoder(str)


def _read(value: bytes, path: str) -> str | None:
    """The text at a dotted path of a JSON object, None where there is none."""
    *parents, last = path.split(".")
    try:
        fields = _fields.decode(value)
        for parent in parents:
            fields = _fields.decode(bytes(fields[parent]))
        return _text.decode(bytes(fields[last])) or None
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, RecursionError):
        return None


def fleet_of(value: bytes) -> str:
    """The fleet of a message: the field `fleet`, else `metadata.fleet`, else "default".

    >>> fleet_of(b'{"agent_id":"a","metadata":{"fleet":"north"}}'), fleet_of(b"no json")
    ('north', 'default')
    """
    return _read(value, "fleet") or _read(value, "metadata.fleet") or DEFAULT_FLEET


def with_fleet(value: bytes, path: str) -> bytes:
    """The message with the field `fleet` set to the text at `path`; as it is where there is no text.

    >>> with_fleet(b'{"agent_id":"a","metadata":{"run":"r/1"}}', "metadata.run")
    b'{"agent_id":"a","metadata":{"run":"r/1"},"fleet":"r/1"}'
    """
    fleet = _read(value, path)
    if fleet is None:
        return value
    return msgspec.json.encode({**_fields.decode(value), "fleet": fleet})
