"""What becomes of records that no fold wrote."""

from aiokafka import ConsumerRecord, TopicPartition

from app.notify.messages import messages_of
from app.topics import ENFORCEMENT


def test_what_is_no_message_is_left_out() -> None:
    name = ENFORCEMENT.name
    values = (b"broken", b'{"fleet":"\xff"}', None)
    records = [ConsumerRecord(name, 0, place, 0, 0, b"k", value, None, 0, 0, ()) for place, value in enumerate(values)]
    assert list(messages_of({TopicPartition(name, 0): records})) == []
