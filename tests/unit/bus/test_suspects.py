"""BUS-6: of a refused batch only the culprit is given up."""

from confluent_kafka import KafkaError

from app.bus.refusal import Refusal
from app.bus.suspects import Suspects
from app.bus.transport import Failure


def refused(*sequences: int, code: int = KafkaError.INVALID_TIMESTAMP) -> list[Failure]:
    return [Failure(sequence, code, "no") for sequence in sequences]


def test_a_large_batch_is_narrowed_down_to_its_culprit() -> None:
    suspects = Suspects()
    assert suspects.convict(refused(*range(1, 701))) == []
    assert suspects.group(after=0) == 70
    assert suspects.convict(refused(*range(71, 141))) == []
    assert suspects.group(after=70) == 7
    assert suspects.convict(refused(*range(100, 107))) == []
    assert suspects.group(after=99) == 1
    assert suspects.convict(refused(103)) == refused(103)
    assert suspects.attempts(103) == 4
    assert suspects.group(after=700) is None


def test_what_only_followed_from_the_refusal_of_another_is_innocent() -> None:
    suspects = Suspects()
    assert suspects.convict(refused(5, code=KafkaError._PURGE_QUEUE)) == []
    assert suspects.attempts(5) == 0


def test_a_missing_right_is_believed_after_some_attempts_and_then_of_all() -> None:
    suspects = Suspects()
    denied = refused(1, 2, 3, code=KafkaError.TOPIC_AUTHORIZATION_FAILED)
    for _ in range(Refusal.AFTER_RETRIES.value - 1):
        assert suspects.convict(denied) == []
    assert suspects.convict(denied) == denied


def test_settled_messages_are_forgotten() -> None:
    suspects = Suspects()
    suspects.convict(refused(1, 2))
    suspects.forget(1)
    assert (suspects.attempts(1), suspects.attempts(2)) == (0, 1)
