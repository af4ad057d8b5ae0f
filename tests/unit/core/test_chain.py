"""The audit chain: any change, loss or insertion breaks every later link (SOURCE-4)."""

import msgspec
import pytest

from app.core.chain import link
from tests.unit.core.folding import Fold
from tests.unit.core.records import Record, message

RECORD = Record(7, b"value", (("a", b"1"), ("b", b"2")), timestamp=9, key=b"k")
LINK = link(b"before", RECORD, [b"one", b"two"])


@pytest.mark.parametrize(
    "changed",
    [
        {"offset": 8}, {"timestamp": 10}, {"partition": 1}, {"key": None}, {"key": b""}, {"value": None},
        {"value": b""},
        {"value": b"Value"}, {"headers": ()}, {"headers": (("b", b"2"), ("a", b"1"))}, {"headers": (("a", b"1"),)},
        {"headers": (("a1", b""), ("b", b"2"))}, {"headers": (("a", b"1"), ("b", b"2"), ("c", b""))},
        {"headers": (("a", None), ("b", b"2"))},
    ],
)  # fmt: skip
def test_no_part_of_a_record_can_change(changed: dict[str, object]) -> None:
    assert link(b"before", msgspec.structs.replace(RECORD, **changed), [b"one", b"two"]) != LINK


@pytest.mark.parametrize(
    "outputs", [[], [b"one"], [b"two", b"one"], [b"onetwo"], [b"one", b"two", b""], [b"on", b"etwo"]]
)
def test_no_output_can_change(outputs: list[bytes]) -> None:
    assert link(b"before", RECORD, outputs) != LINK


def test_a_link_hangs_on_the_one_before() -> None:
    assert link(b"Before", RECORD, [b"one", b"two"]) != LINK


@pytest.mark.parametrize("forge", ["change", "loss", "insertion", "order"])
def test_every_later_link_breaks(forge: str) -> None:
    log = [Record(offset, message(content={"n": offset})) for offset in range(0, 20, 2)]
    forged = {
        "change": [*log[:4], msgspec.structs.replace(log[4], value=message(content={"n": -1})), *log[5:]],
        "loss": [*log[:4], *log[5:]],
        "insertion": [*log[:4], msgspec.structs.replace(log[3], offset=7), *log[4:]],
        "order": [
            *log[:4], msgspec.structs.replace(log[5], offset=8), msgspec.structs.replace(log[4], offset=10), *log[6:]
        ],
    }[forge]  # fmt: skip
    honest = [done.link for done in Fold().run(log)]
    links = [done.link for done in Fold().run(forged)]
    assert links[:4] == honest[:4]
    assert not set(links[4:]) & set(honest[4:])
