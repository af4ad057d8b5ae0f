"""Bad records are dead letters, each with its class and a reason that a person understands (STREAM-1, BUS-6)."""

import msgspec
import pytest

from app.core.reading import MAX_DEPTH
from app.events import Header
from tests.unit.core.folding import Fold, Log, dead_letter, decision
from tests.unit.core.records import PARTITION, Record, Signer, message

Headers = tuple[tuple[str, bytes], ...]


def _with(name: str, value: object) -> bytes:
    fields: dict[str, object] = {"agent_id": "ann", "message_type": "request", "fleet": "north"}
    return msgspec.json.encode({**fields, name: value})


def _raw(field: bytes) -> bytes:
    return b'{"agent_id":"ann","message_type":"request","fleet":"north",' + field + b"}"


BAD_VALUES: list[tuple[str, bytes | None, str, str]] = [
    ("no value", None, "Empty", "no value"),
    ("no bytes", b"", "Empty", "no value"),
    ("not JSON", b"hello", "NotJson", "malformed"),
    ("spaces", b"   ", "NotJson", "truncated"),
    ("NUL bytes", bytes(8), "NotJson", "malformed"),
    ("cut off", message()[:-1], "NotJson", "truncated"),
    ("cut off in a string", b'{"agent_id":"an', "NotJson", "truncated"),
    ("two documents", message() + message(), "NotJson", "trailing"),
    ("a trailing comma", b'{"agent_id":"ann",}', "NotJson", "malformed"),
    ("single quotes", b"{'agent_id':'ann'}", "NotJson", "malformed"),
    ("a byte order mark", b"\xef\xbb\xbf" + message(), "NotJson", "malformed"),
    ("UTF-16", message().decode().encode("utf-16"), "NotUnicode", "byte 0"),
    ("Latin-1", '{"agent_id":"Jos\xe9"}'.encode("latin-1"), "NotUnicode", "byte 16"),
    ("a lone continuation byte", b'{"agent_id":"\x80"}', "NotUnicode", "byte 13"),
    ("an overlong encoding", b'{"agent_id":"\xc0\xaf"}', "NotUnicode", "byte 13"),
    ("a surrogate in UTF-8", b'{"agent_id":"\xed\xa0\x80"}', "NotUnicode", "byte 13"),
    ("gzip", b"\x1f\x8b\x08\x00", "NotUnicode", "byte 1"),
    ("an escaped lone surrogate", _raw(b'"id":"\\ud800"'), "NotJson", "truncated"),
    ("a raw control character", b'{"agent_id":"a\nb"}', "NotJson", "malformed"),
    ("NaN", _raw(b'"content":{"amount":NaN}'), "NotJson", "malformed"),
    ("Infinity", _raw(b'"content":-Infinity'), "NotJson", "malformed"),
    ("a leading zero", _raw(b'"content":01'), "NotJson", "number"),
    ("hexadecimal", _raw(b'"content":0xff'), "NotJson", "malformed"),
    ("a comment", b"/* */" + message(), "NotJson", "malformed"),
    ("an array", b"[]", "InvalidMessage", "Expected `object`"),
    ("a number", b"7", "InvalidMessage", "Expected `object`"),
    ("a string", b'"ann"', "InvalidMessage", "Expected `object`"),
    ("null", b"null", "InvalidMessage", "Expected `object`"),
    ("an empty object", b"{}", "InvalidMessage", "`agent_id`"),
    ("no agent", b'{"message_type":"request"}', "InvalidMessage", "`agent_id`"),
    ("no type", b'{"agent_id":"ann"}', "InvalidMessage", "`message_type`"),
    ("the wrong case", b'{"Agent_Id":"ann","message_type":"request"}', "InvalidMessage", "`agent_id`"),
    ("an empty agent", _with("agent_id", ""), "InvalidMessage", "$.agent_id"),
    ("an agent that is a number", _with("agent_id", 7), "InvalidMessage", "$.agent_id"),
    ("an agent that is null", _with("agent_id", None), "InvalidMessage", "$.agent_id"),
    ("an agent that is a list", _with("agent_id", ["ann"]), "InvalidMessage", "$.agent_id"),
    ("an endless agent", _with("agent_id", "a" * 257), "InvalidMessage", "$.agent_id"),
    ("an empty type", _with("message_type", ""), "InvalidMessage", "$.message_type"),
    ("a type that is an object", _with("message_type", {}), "InvalidMessage", "$.message_type"),
    ("an empty fleet", _with("fleet", ""), "InvalidMessage", "$.fleet"),
    ("a fleet that is a number", _with("fleet", 1), "InvalidMessage", "$.fleet"),
    ("targets that are a string", _with("target_agents", "bob"), "InvalidMessage", "$.target_agents"),
    ("targets that are null", _with("target_agents", None), "InvalidMessage", "$.target_agents"),
    ("an empty target", _with("target_agents", [""]), "InvalidMessage", "$.target_agents["),
    ("a target that is null", _with("target_agents", [None]), "InvalidMessage", "$.target_agents["),
    ("too many targets", _with("target_agents", ["b"] * 20_001), "InvalidMessage", "$.target_agents"),
    ("an id that is a number", _with("id", 7), "InvalidMessage", "$.id"),
    ("an empty conversation", _with("conversation_id", ""), "InvalidMessage", "$.conversation_id"),
    ("a correlation that is a list", _with("correlation_id", []), "InvalidMessage", "$.correlation_id"),
    ("a time that is a number", _with("timestamp", 1735689600), "InvalidMessage", "$.timestamp"),
    ("a time that is none", _with("timestamp", "yesterday"), "InvalidTimestamp", "'yesterday'"),
    ("an empty time", _with("timestamp", ""), "InvalidTimestamp", "RFC 3339"),
    ("the 30th of February", _with("timestamp", "2025-02-30T00:00:00Z"), "InvalidTimestamp", "2025-02-30"),
    ("the year 10000", _with("timestamp", "10000-01-01T00:00:00Z"), "InvalidTimestamp", "10000"),
    ("an endless time", _with("timestamp", "2025" * 1000), "InvalidTimestamp", "RFC 3339"),
    ("an amount out of range", _raw(b'"content":{"amount":1e400}'), "InvalidMessage", "$.amount"),
    ("an amount of 5,000 digits", _raw(b'"content":{"amount":' + b"1" * 5000 + b"}"), "InvalidMessage", "$.amount"),
    ("a kind that is half a surrogate", _raw(b'"content":{"kind":"\\ud800","a":1}'), "NotJson", "escape"),
    ("an error out of range", _raw(b'"metadata":{"error":1e999}'), "InvalidMessage", "$.error"),
    ("deep nesting", _raw(b'"content":' + b"[" * 5000 + b"]" * 5000), "TooDeep", f"deeper than {MAX_DEPTH}"),
    ("deep nesting of objects", b'{"a":' * 100_000, "TooDeep", f"deeper than {MAX_DEPTH}"),
    ("10 MB that are not JSON", b"x" * 10_000_000, "NotJson", "malformed"),
]
SOURCE, SEQUENCE = Header.SOURCE, Header.SOURCE_SEQUENCE
BAD_HEADERS: list[tuple[str, Headers, str]] = [
    ("an empty command", ((Header.CONTROL, b""),), "InvalidCommand"),
    ("an unknown command", ((Header.CONTROL, b"reboot"),), "InvalidCommand"),
    ("a message that says it is a tick", ((Header.CONTROL, b"tick"),), "InvalidCommand"),
    ("a sequence that is no number", ((SOURCE, b"s"), (SEQUENCE, b"one")), "InvalidSource"),
    ("a sequence below 0", ((SOURCE, b"s"), (SEQUENCE, b"-1")), "InvalidSource"),
    ("a sequence of 19 digits", ((SOURCE, b"s"), (SEQUENCE, b"9" * 19)), "InvalidSource"),
    ("a source that is not UTF-8", ((SOURCE, b"\xff"), (SEQUENCE, b"1")), "InvalidSource"),
    ("a source without a name", ((SOURCE, b""), (SEQUENCE, b"1")), "InvalidSource"),
    ("an endless source", ((SOURCE, b"s" * 257), (SEQUENCE, b"1")), "InvalidSource"),
    ("an origin that is no JSON", ((Header.ORIGIN, b"home"),), "InvalidOrigin"),
    ("an origin without an offset", ((Header.ORIGIN, b'{"partition":1}'),), "InvalidOrigin"),
    ("a deep origin", ((Header.ORIGIN, b"[" * 100_000),), "TooDeep"),
    ("an origin that is not UTF-8", ((Header.ORIGIN, b"\xff"),), "NotUnicode"),
    (
        "an origin of a stranger",
        ((Header.ORIGIN, b'{"partition":1,"offset":2,"reason":"forward","issuer":"mallory"}'),),
        "UnknownIssuer",
    ),
]


@pytest.mark.parametrize(
    ("value", "error", "reason"), [bad[1:] for bad in BAD_VALUES], ids=[bad[0] for bad in BAD_VALUES]
)
def test_a_bad_value_says_what_is_wrong_with_it(value: bytes | None, error: str, reason: str) -> None:
    letter = dead_letter(Fold().step(Record(0, value)))
    assert letter.error == error
    assert reason in letter.reason
    assert "defect" not in letter.reason


@pytest.mark.parametrize(("headers", "error"), [bad[1:] for bad in BAD_HEADERS], ids=[bad[0] for bad in BAD_HEADERS])
def test_a_bad_header_says_what_is_wrong_with_it(headers: Headers, error: str) -> None:
    letter = dead_letter(Fold().step(Record(0, message(), headers)))
    assert letter.error == error
    assert "defect" not in letter.reason


def test_good_messages_between_bad_ones_are_decided() -> None:
    """Poison stops nobody."""
    log = Log()
    for _, value, error, _ in BAD_VALUES:
        assert dead_letter(log.append(value)).error == error
        assert decision(log.say("ann", "request", content={"ok": True})).kind == "message"


@pytest.mark.parametrize("opening", [b'"', b'\\"', b'"\\', b'[{"\\"'])
def test_reading_takes_time_in_proportion_to_size(opening: bytes) -> None:
    """Strings without an end cost one pass: 16 MB of them end in well under the watchdog's 10 s."""
    value = b'{"content":' + b"[" * (MAX_DEPTH - 1) + b"{}" * 5 + opening * (16_000_000 // len(opening))
    assert dead_letter(Fold().step(Record(0, value))).error in {"NotJson", "TooDeep"}


def test_nesting_is_counted_outside_of_strings_only() -> None:
    log = Log()
    assert decision(log.say(content={"text": "[{" * 1000 + '\\"]'})).kind == "message"
    assert decision(log.say(content=[[]] * 1000)).kind == "message"


def test_a_dead_letter_has_all_there_is_to_know() -> None:
    """D5: bytes, key, headers, place, time, attempt."""
    raw, headers = b"\xff\x00no", (("trace", b"\x80\x81"), ("trace", b"again"))
    letter = dead_letter(Fold().step(Record(7, raw, headers, timestamp=12, key=b"k\xff")))
    assert (letter.raw, letter.headers, letter.key) == (raw, headers, b"k\xff")
    assert (letter.timestamp, letter.raw_size, letter.attempts) == (12, 4, 1)
    assert msgspec.to_builtins(letter.position) == {"partition": PARTITION, "offset": 7}


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (b"x" * 2_000_000, ()),
        (b"x", tuple((f"h{n}", b"") for n in range(200_000))),
        (b"x", (("\x01" * 300_000, b""),)),
        (b"x", (("h", b"v" * 800_000),)),
    ],
    ids=["value", "many headers", "a name of control characters", "a header"],
)
def test_a_record_over_the_size_limit_is_a_dead_letter_by_reference(value: bytes, headers: Headers) -> None:
    """BUS-6: what does not fit is read at its position; its hash says that it is the same."""
    done = Fold().step(Record(0, value, headers))
    letter = dead_letter(done)
    assert letter.raw is None
    assert letter.raw_size == len(value)
    assert len(done.outputs[0].value) < 2_000


def test_a_command_with_a_deep_policy_is_refused_like_any_other() -> None:
    operator = Signer("operator")
    nested = b'{"command":"set-policy","partition":0,"policy":' + b"[" * 100_000
    headers = ((Header.CONTROL, b"set-policy"), (Header.SIGNATURE, operator.key.sign(nested)))
    assert dead_letter(Fold().step(Record(0, nested, headers))).error == "TooDeep"
