"""BUS-4, D3: a spool is a queue that forgets nothing and gives no number twice, over any number of restarts."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.bus.errors import SpoolFullError
from app.bus.local_dead_letters import Grounds
from app.bus.message import Message
from app.bus.spool import Depth, Mark, Spool

MAX_BYTES = 2_000

messages = st.builds(
    Message,
    topic=st.sampled_from(["raw", "other"]),
    key=st.binary(max_size=8),
    value=st.none() | st.binary(max_size=200),
    headers=st.lists(st.tuples(st.text(max_size=4), st.binary(max_size=8)), max_size=2).map(tuple),
    timestamp=st.integers(0, 2**50),
    origin=st.text(max_size=8),
)


class SpoolMachine(RuleBasedStateMachine):
    """The spool beside a dict."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.spool = Spool(self.folder, max_bytes=MAX_BYTES)
        self.source = self.spool.source
        self.expected: dict[int, Message] = {}
        self.buried: list[Message] = []
        self.last = 0
        self.mark: bytes | None = None

    @rule(batch=st.lists(messages, max_size=5), mark=st.binary(max_size=4))
    def append(self, batch: list[Message], mark: bytes) -> None:
        fits = sum(m.size for m in self.expected.values()) + sum(m.size for m in batch) <= MAX_BYTES
        try:
            self.spool.append(batch, Mark("file", mark))
        except SpoolFullError:
            assert not fits
            return
        assert fits
        self.mark = mark
        for message in batch:
            self.last += 1
            self.expected[self.last] = message

    @rule(up_to=st.integers(0, 60))
    def remove(self, up_to: int) -> None:
        gone = [sequence for sequence in self.expected if sequence <= up_to]
        assert self.spool.remove(up_to) == len(gone)
        for sequence in gone:
            del self.expected[sequence]

    @rule()
    def bury_the_first(self) -> None:
        for spooled in self.spool.read(after=0, limit=1):
            self.spool.bury(spooled, Grounds("TOO_LATE", "because", 2))
            self.buried.append(self.expected.pop(spooled.sequence))

    @rule()
    def restart(self) -> None:
        self.spool.close()
        self.spool = Spool(self.folder, max_bytes=MAX_BYTES)
        assert self.spool.source == self.source

    @invariant()
    def holds_what_it_should(self) -> None:
        held = self.spool.read(after=0, limit=1_000)
        assert [(spooled.sequence, spooled.message) for spooled in held] == sorted(self.expected.items())
        assert self.spool.depth() == Depth(len(self.expected), sum(m.size for m in self.expected.values()))
        assert self.spool.mark("file") == self.mark
        assert [letter.message for letter in self.spool.dead_letters.newest(1_000)] == self.buried[::-1]

    def teardown(self) -> None:
        self.spool.close()
        shutil.rmtree(self.folder)


SpoolMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
test_a_spool_is_a_queue = SpoolMachine.TestCase
