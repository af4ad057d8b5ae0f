"""QUAR-2, T15: whatever an endpoint answers, each event is taken once, in order, or kept as a dead letter."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.integration.webhooks.events import alert
from tests.integration.webhooks.hook import SOON, Hook
from tests.integration.webhooks.receiver import Mood, Receiver

ATTEMPTS = 3
ANSWERS = st.lists(st.sampled_from(["fail", "busy", "refuse"]), max_size=4)


def _is_given_up(answers: Sequence[Mood]) -> bool:
    """Whether one of its attempts is refused for good, or all of them fail."""
    tried = answers[:ATTEMPTS]
    return "refuse" in tried or len(tried) == ATTEMPTS


@given(st.lists(ANSWERS, max_size=5))
def test_each_event_is_taken_in_order_or_kept(courses: Sequence[Sequence[Mood]]) -> None:
    async def run() -> None:
        async with Receiver() as receiver:
            hook = Hook(receiver, SOON._replace(reset_s=0.005), attempts=ATTEMPTS)
            records = [alert(number) for number in range(len(courses))]
            ids = [f"system-alerts-0-{record.offset}" for record in records]
            receiver.courses = {id_: list(course) for id_, course in zip(ids, courses, strict=True)}
            if records:
                await hook.tell(*records)
            given_up = [id_ for id_, course in zip(ids, courses, strict=True) if _is_given_up(course)]
            assert receiver.taken == [id_ for id_ in ids if id_ not in given_up]
            assert [letter.event_id for letter in hook.kept.letters] == given_up
            await hook.sink.close()

    asyncio.run(run())
