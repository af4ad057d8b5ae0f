"""The condition of a door: what it knows, how fresh that is, and what it does where it is out of touch."""

from pydantic import BaseModel, Field

from api.doors.book import Book
from app.settings import SidecarSettings, WhenStale


class PartitionAge(BaseModel):
    """How fresh the fleets of one partition are."""

    partition: int
    fresh: bool
    age_s: float | None = Field(
        description="seconds since its fold had decided all of the log; null where that is unknown"
    )


class Condition(BaseModel):
    """What `/v1/door` says."""

    ready: bool = Field(description="whether it has read all that was decided before it last reached Kafka")
    when_stale: WhenStale = Field(description="what happens to fleets of partitions that are not fresh")
    partitions: list[PartitionAge] = Field(description="empty while Kafka has not been reached")
    known: int = Field(description="agents about whom something stands")
    unreadable: int = Field(description="records that it could not read")


def condition(book: Book, settings: SidecarSettings, *, ready: bool) -> Condition:
    """How the door is now."""
    return Condition(
        ready=ready,
        when_stale=settings.when_stale,
        partitions=[
            PartitionAge(partition=partition, fresh=is_fresh(age_s, settings), age_s=rounded(age_s))
            for partition, age_s in book.ages_s().items()
        ],
        known=len(book.states),
        unreadable=book.unreadable,
    )


def is_fresh(age_s: float | None, settings: SidecarSettings) -> bool:
    """Whether a fold has had the whole log lately."""
    return age_s is not None and age_s <= settings.stale_after_s


def rounded(age_s: float | None) -> float | None:
    """An age to the millisecond."""
    return None if age_s is None else round(age_s, 3)
