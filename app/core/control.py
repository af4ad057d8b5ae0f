"""Folding control records: who may command what, and what each command does."""

from collections.abc import Callable

from msgspec.structs import replace

from app.core import incidents, verdicts
from app.core.clock import enter, policy_of, tick
from app.core.commands import (
    AnyCommand,
    Appeal,
    Command,
    EnrollKey,
    Opine,
    Quarantine,
    Release,
    RevokeKey,
    Role,
    SetEngine,
    SetMode,
    SetPolicy,
    Skip,
    Tick,
    check_signature,
    decode,
    name_of,
)  # fmt: skip
from app.core.context import Context, Effects
from app.core.entries import IssuerKey
from app.core.errors import Refused
from app.core.outputs import Emitted
from app.core.partitioner import home
from app.core.policy import Policy, parse_policy
from app.core.results import outputs_of
from app.core.state import State
from app.events import Decision, Header
from app.record import LogRecord

_MAY: dict[Role, tuple[type[Command], ...]] = {"operator": (Command,), "worker": (Tick, Skip), "analyst": (Opine,)}


def fold_command(state: State, record: LogRecord, headers: dict[str, bytes]) -> list[Emitted]:
    """Verify a control record and do what it says.

    Raises Refused: InvalidCommand, Misdirected, UnknownIssuer, Unsigned, BadSignature, Copied,
    NotAllowed, and what the command itself may raise.
    """
    command = decode(record.value, headers[Header.CONTROL])
    _check_address(state, command, record.partition)
    _authenticate(state, command, headers.get(Header.SIGNATURE), record.value or b"")
    effects = _apply(state, command, record)
    policy = state.partition.policy if command.fleet is None else policy_of(state, command.fleet)
    decision = Decision(
        position=state.position(record.offset),
        kind="control",
        fleet=command.fleet,
        agent_id=command.agent_id if isinstance(command, Quarantine | Release | Appeal) else None,
        trust_before=None,
        trust_after=None,
        changes=tuple(effects.changes),
        transitions=effects.transitions,
        patterns=tuple(effects.patterns),
        mode=policy.mode,
        policy_version=policy.version,
        engine_version=state.partition.engine_version,
    )
    return outputs_of(decision, effects, key=(command.fleet or "").encode())


def _check_address(state: State, command: Command, partition: int) -> None:
    partitions = state.partition.partitions
    if command.partition is not None:
        aimed = command.partition
    else:
        aimed = partition if partitions is None else home(command.fleet or "", partitions)
    if aimed != partition:
        raise Refused("Misdirected", f"the command is meant for partition {aimed}")


def _authenticate(state: State, command: AnyCommand, signature: bytes | None, value: bytes) -> None:
    key = _genesis(state, command) or state.partition.keys.get(command.issuer)
    if key is None:
        raise Refused("UnknownIssuer", f"no key is enrolled for issuer {command.issuer!r}")
    check_signature(key.public_key, signature, value)
    if command.sequence <= key.sequence:
        raise Refused("Copied", f"sequence {command.sequence} of {command.issuer!r} is not above {key.sequence}")
    _use_up(state, command, key)
    if not isinstance(command, _MAY[key.role]):
        raise Refused("NotAllowed", f"a key of role {key.role} may not sign {name_of(command)}")


def _use_up(state: State, command: AnyCommand, key: IssuerKey) -> None:
    """Let the command's number count, even where the command is refused: a copy of it must not succeed later."""
    known = command.issuer in state.partition.keys
    _keep_key(state, command.issuer, IssuerKey(key.public_key, key.role, command.sequence))
    if known:
        state.merge()


def _genesis(state: State, command: AnyCommand) -> IssuerKey | None:
    """The key that the first record of a partition enrolls, signed by itself."""
    if not (state.fresh and isinstance(command, EnrollKey) and command.name == command.issuer):
        return None
    if command.role != "operator" or command.partitions is None:
        raise Refused("InvalidCommand", "the genesis record enrolls an operator and says the number of partitions")
    return IssuerKey(command.public_key, "operator", 0)


def _keep_key(state: State, issuer: str, key: IssuerKey) -> None:
    partition = state.edit_partition()
    partition.keys = {**partition.keys, issuer: key}


def _apply(state: State, command: AnyCommand, record: LogRecord) -> Effects:
    if isinstance(command, Tick):
        return tick(state, record.offset, record.timestamp)
    if command.fleet is None:
        _PARTITION_COMMANDS.get(type(command), _needs_fleet)(state, command)
        return Effects()
    context = enter(state, command.fleet, record.offset, record.timestamp, None)
    _FLEET_COMMANDS.get(type(command), _needs_partition)(context, command)
    return context.effects


def _needs_fleet(_: State, command: Command) -> None:
    raise Refused("InvalidCommand", f"{name_of(command)} addresses a fleet, not a partition")


def _needs_partition(_: Context, command: Command) -> None:
    raise Refused("InvalidCommand", f"{name_of(command)} addresses a partition, not a fleet")


def _enroll(state: State, command: Command) -> None:
    assert isinstance(command, EnrollKey)
    partition = state.edit_partition()
    if state.fresh:
        partition.partitions = command.partitions
    if command.role != "operator":
        _check_operator_left(state, command.name)
    known = partition.keys.get(command.name)
    sequence = known.sequence if known else partition.revoked.get(command.name, 0)
    _keep_key(state, command.name, IssuerKey(command.public_key, command.role, sequence))


def _revoke(state: State, command: Command) -> None:
    assert isinstance(command, RevokeKey)
    partition = state.edit_partition()
    known = partition.keys.get(command.name)
    if known is None:
        raise Refused("UnknownIssuer", f"no key is enrolled for issuer {command.name!r}")
    _check_operator_left(state, command.name)
    partition.keys = {name: key for name, key in partition.keys.items() if name != command.name}
    partition.revoked = {**partition.revoked, command.name: known.sequence}


def _check_operator_left(state: State, without: str) -> None:
    if not any(key.role == "operator" for name, key in state.partition.keys.items() if name != without):
        raise Refused("LastOperator", "this is the last operator's key; enroll another one first")


def _set_engine(state: State, command: Command) -> None:
    assert isinstance(command, SetEngine)
    state.edit_partition().engine_version = command.version


def _set_partition_policy(state: State, command: Command) -> None:
    assert isinstance(command, SetPolicy)
    state.edit_partition().policy = _newer(command, state.partition.policy)


def _set_fleet_policy(context: Context, command: Command) -> None:
    assert isinstance(command, SetPolicy)
    context.fleet_entry.policy = _newer(command, context.policy)


def _set_mode(context: Context, command: Command) -> None:
    assert isinstance(command, SetMode)
    entry, known = context.fleet_entry, context.policy
    if command.pattern is None:
        entry.policy = replace(known, version=known.version + 1, mode=command.mode)
        return
    modes = {**known.enforcement.modes, command.pattern: command.mode}
    entry.policy = replace(known, version=known.version + 1, enforcement=replace(known.enforcement, modes=modes))


def _newer(command: SetPolicy, known: Policy) -> Policy:
    policy = parse_policy(bytes(command.policy))
    if policy.version <= known.version:
        raise Refused("OldPolicy", f"version {policy.version} is not above {known.version}, the one in force")
    return policy


_PARTITION_COMMANDS: dict[type[Command], Callable[[State, Command], None]] = {
    EnrollKey: _enroll,
    RevokeKey: _revoke,
    SetEngine: _set_engine,
    SetPolicy: _set_partition_policy,
}
_FLEET_COMMANDS: dict[type[Command], Callable[[Context, Command], None]] = {
    SetPolicy: _set_fleet_policy,
    SetMode: _set_mode,
    Quarantine: verdicts.quarantine,
    Release: verdicts.release,
    Appeal: verdicts.appeal,
    Opine: incidents.opine,
}
