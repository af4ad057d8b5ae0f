"""The fold: `step(state, record)` says what one record of the log causes.

It reads no clock, no random number, no environment, and does no I/O but reading the tables; so folding
the same records again gives the same outputs and tables, byte for byte.
"""

from app.core import repeats
from app.core.chain import link
from app.core.clock import enter
from app.core.commands import check_copy, decode_origin
from app.core.control import fold_command
from app.core.entries import IssuerKey
from app.core.errors import Refused, StoreError, UnsupportedEngineError
from app.core.message import fold_message
from app.core.outputs import Emitted, Step, dead_letter, emit, forward
from app.core.partitioner import home
from app.core.reading import read_message, time_of
from app.core.signals import fleet_of, metadata_of
from app.core.skips import check_skip
from app.core.state import State
from app.events import AgentMessage, Decision, Header, Origin
from app.record import LogRecord

ENGINE_VERSIONS = (1,)


def step(state: State, record: LogRecord) -> Step:
    """Fold one record into the state.

    A record that cannot be decided is a dead letter and changes nothing else. Raises StoreError where
    a table cannot be read, UnsupportedEngineError where the log asks for an engine of a newer program.
    """
    try:
        outputs = _decide(state, record)
        state.merge()
    except Refused as refused:
        outputs = _refuse(state, record, refused.error, str(refused))
    except (StoreError, UnsupportedEngineError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a defect of the fold must not stop the fleet
        outputs = _refuse(state, record, type(error).__name__, f"defect of the fold: {error}")
    return _advance(state, record, outputs)


def _refuse(state: State, record: LogRecord, error: str, reason: str) -> list[Emitted]:
    state.discard()
    return [dead_letter(state, record, error, reason)]


def _advance(state: State, record: LogRecord, outputs: list[Emitted]) -> Step:
    after = link(state.partition.chain, record, [output.value for output in outputs])
    state.advance(record.offset, after)
    return Step(tuple(outputs), after)


def _decide(state: State, record: LogRecord) -> list[Emitted]:
    if state.partition.engine_version not in ENGINE_VERSIONS:
        wanted, newest = state.partition.engine_version, max(ENGINE_VERSIONS)
        raise UnsupportedEngineError(f"the log asks for engine {wanted}, this program has {newest}: upgrade the worker")
    check_skip(state, record)
    headers = dict(record.headers)
    if Header.CONTROL in headers:
        return fold_command(state, record, headers)
    return _decide_message(state, record, headers)


def _decide_message(state: State, record: LogRecord, headers: dict[str, bytes]) -> list[Emitted]:
    message = read_message(record.value)
    metadata = metadata_of(message)
    fleet = fleet_of(message, metadata)
    claimed = time_of(message)
    repeated = _repeats(state, record, fleet, headers)
    partitions = state.partition.partitions
    if partitions is not None and home(fleet, partitions) != record.partition:
        return _decide_elsewhere(state, record, message, fleet, repeated=repeated)
    context = enter(state, fleet, record.offset, record.timestamp, claimed)
    return fold_message(context, message, metadata, repeated=repeated)


def _repeats(state: State, record: LogRecord, fleet: str, headers: dict[str, bytes]) -> bool:
    encoded = headers.get(Header.ORIGIN)
    if encoded is None:
        return repeats.source_repeats(state, fleet, headers)
    origin, issuer = _verified_origin(state, record, encoded, headers)
    return repeats.copy_repeats(state, origin, forwarded=issuer.role == "worker")


def _verified_origin(
    state: State, record: LogRecord, encoded: bytes, headers: dict[str, bytes]
) -> tuple[Origin, IssuerKey]:
    origin = decode_origin(encoded)
    key = state.partition.keys.get(origin.issuer)
    if key is None:
        raise Refused("UnknownIssuer", f"the copy is signed by {origin.issuer!r}, whose key is not enrolled")
    if key.role == "analyst":
        raise Refused("NotAllowed", "an analyst's key signs opinions, not copies")
    check_copy(key.public_key, headers.get(Header.SIGNATURE), encoded, record)
    return origin, key


def _decide_elsewhere(
    state: State, record: LogRecord, message: AgentMessage, fleet: str, *, repeated: bool
) -> list[Emitted]:
    """A misplaced record: its copy goes to the fleet's home, which decides it."""
    decision = Decision(
        position=state.position(record.offset),
        kind="duplicate" if repeated else "forwarded",
        fleet=fleet,
        agent_id=message.agent_id,
        trust_before=None,
        trust_after=None,
        engine_version=state.partition.engine_version,
    )
    outputs = [emit("decisions", fleet.encode(), decision)]
    if not repeated:
        outputs.append(forward(record, fleet))
    return outputs
