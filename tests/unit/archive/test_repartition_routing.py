"""STREAM-1, BUS-4, BUS-6: what each record of the old log becomes in the new one."""

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.archive.repartition.routing import Placed, Routing
from app.archive.repartition.survey import Survey
from app.bus.envelope import Envelope
from app.bus.issuer import Issuer
from app.core.commands import AnyCommand, EnrollKey, Quarantine, RevokeKey, SetPolicy, Tick, decode
from app.core.partitioner import home
from app.events import DeadLetter, Header, LogPosition
from app.topics import DEAD_LETTERS, RAW

BEFORE, AFTER = 4, 6
OPERATOR = Issuer("operator", Ed25519PrivateKey.generate())
WORKER = Issuer("worker-1", Ed25519PrivateKey.generate())
FLEET = "default"
HOME = home(FLEET, BEFORE)
VALUE = b'{"agent_id":"ann","message_type":"request"}'


def record(offset: int, partition: int = HOME, value: bytes = VALUE, headers: object = ()) -> Envelope:
    return Envelope(RAW.name, partition, offset, 1000 + offset, b"key", value, list(headers))  # type: ignore[call-overload]


def from_spool(number: int, source: bytes = b"spool") -> list[tuple[str, bytes]]:
    return [(Header.SOURCE, source), (Header.SOURCE_SEQUENCE, b"%d" % number)]


def commanded(command: AnyCommand, offset: int = 0) -> Envelope:
    value, headers = OPERATOR.sign(command)
    return record(offset, command.partition if command.partition is not None else HOME, value, headers)


def copy_of(original: Envelope, offset: int, reason: str = "forward") -> Envelope:
    return record(offset, HOME, original.value or b"", [*original.headers, *WORKER.sign_copy(original, reason, HOME)])


def letter_of(dead: Envelope, error: str) -> Envelope:
    position = LogPosition(dead.partition, dead.offset)
    letter = DeadLetter(position, error, "", dead.value, "", 0, None, (), dead.timestamp)
    return Envelope(DEAD_LETTERS.name, dead.partition, 0, 0, None, msgspec.json.encode(letter), [])


def routed(*records: Envelope, letters: list[Envelope] | None = None) -> tuple[list[Placed], Routing]:
    survey = Survey()
    survey.read_letters(letters or [])
    for each in records:
        survey.read(each)
    routing = Routing(survey, BEFORE, AFTER, OPERATOR)
    return [placed for each in records for placed in routing.route(each)], routing


def command_in(placed: Placed) -> AnyCommand:
    return decode(placed.value, dict(placed.headers)[Header.CONTROL])


def test_a_message_goes_home_with_all_that_it_had() -> None:
    [placed], _ = routed(record(7, headers=[*from_spool(3), ("trace", b"\xff")]))
    assert placed == Placed(home(FLEET, AFTER), b"default", VALUE, [*from_spool(3), ("trace", b"\xff")], 1007)


def test_a_copy_stands_for_its_misplaced_original() -> None:
    stray = record(3, partition=(HOME + 1) % BEFORE, headers=[("trace", b"1")])
    placed, routing = routed(stray, copy_of(stray, 9))
    assert [(each.timestamp, each.headers) for each in placed] == [(1009, [("trace", b"1")])]
    assert routing.left_out == {"forwarded records, for their copies": 1}


def test_a_misplaced_record_whose_copy_is_gone_goes_home_itself() -> None:
    placed, _ = routed(record(3, partition=(HOME + 1) % BEFORE))
    assert [each.partition for each in placed] == [home(FLEET, AFTER)]


def test_repeats_stay_repeats() -> None:
    placed, routing = routed(record(1, headers=from_spool(1)), record(2, headers=from_spool(1)))
    assert [list(each.headers) for each in placed] == [from_spool(1), from_spool(1)]
    assert routing.appended == {"messages": 1, "repeats": 1}


def test_partitions_that_meet_make_no_repeats() -> None:
    """A spool's lower number may come later from another old partition: numbers count by fleet."""
    one, other = _fleets_that_meet()
    late = record(1, home(one, BEFORE), _from(one), from_spool(1))
    early = record(0, home(other, BEFORE), _from(other), from_spool(2))
    placed, routing = routed(early, late)
    assert [list(each.headers) for each in placed] == [from_spool(2), from_spool(1)]
    assert routing.appended == {"messages": 2}


def test_a_copy_counts_once() -> None:
    stray = record(3, partition=(HOME + 1) % BEFORE)
    placed, routing = routed(stray, copy_of(stray, 9), copy_of(stray, 10))
    assert len(placed) == 1
    assert routing.left_out["repeats that changed nothing"] == 1


def test_dead_letters_die_again_where_nothing_accepts_them() -> None:
    broken = record(5, value=b"broken")
    command = commanded(Quarantine(fleet=FLEET, agent_id="ann", reason="x"), 6)
    skipped = record(8)
    letters = [letter_of(broken, "NotJson"), letter_of(command, "Copied"), letter_of(skipped, "Skipped")]
    placed, routing = routed(broken, command, skipped, letters=letters)
    assert placed == [Placed(HOME % AFTER, b"key", b"broken", [], 1005)]
    assert routing.left_out == {"refused commands": 1, "skipped positions": 1}


def test_a_redriven_letter_is_a_message_and_no_letter() -> None:
    unknown = record(5)
    placed, routing = routed(unknown, copy_of(unknown, 9, "fixed"), letters=[letter_of(unknown, "UnknownIssuer")])
    assert [(each.value, each.headers) for each in placed] == [(VALUE, [])]
    assert routing.left_out == {"redriven dead letters": 1}


def test_commands_are_signed_anew_and_ticks_dropped() -> None:
    given = Quarantine(fleet=FLEET, agent_id="ann", reason="x", actor="bob")
    [placed], routing = routed(commanded(given, 4), commanded(Tick(partition=HOME)))
    command = command_in(placed)
    assert (command.issuer, command.actor, placed.partition) == ("operator", "bob", home(FLEET, AFTER))
    assert placed.timestamp == 1004
    assert routing.left_out == {"ticks": 1}


def test_a_command_to_a_partition_goes_to_all() -> None:
    placed, _ = routed(commanded(SetPolicy(partition=HOME, policy=msgspec.Raw(b"{}"))))
    assert [command_in(each).partition for each in placed] == list(range(AFTER))


def test_the_operators_own_key_is_the_genesis_business() -> None:
    """An older key of the same name would make the new log refuse what is signed with the present one."""
    own = EnrollKey(partition=HOME, name="operator", public_key=bytes(32), role="operator", partitions=BEFORE)
    other = EnrollKey(partition=HOME, name="former", public_key=bytes(32), role="operator", partitions=BEFORE)
    placed, _ = routed(commanded(own), commanded(RevokeKey(partition=HOME, name="operator")), commanded(other))
    assert {_enrolled(command_in(each)) for each in placed} == {("former", None)}


def _enrolled(command: AnyCommand) -> tuple[str, int | None]:
    assert isinstance(command, EnrollKey)
    return command.name, command.partitions


def _fleets_that_meet() -> tuple[str, str]:
    """Two fleets at home on different old partitions and on the same new one."""
    names = [f"fleet-{number}" for number in range(100)]
    return next(
        (one, other)
        for one in names
        for other in names
        if home(one, BEFORE) != home(other, BEFORE) and home(one, AFTER) == home(other, AFTER)
    )


def _from(fleet: str) -> bytes:
    return b'{"agent_id":"ann","message_type":"request","fleet":"%s"}' % fleet.encode()
