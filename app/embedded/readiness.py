"""Waiting until the workers work."""

import time
from collections.abc import Callable

from app.bus.progress import read_progress
from app.settings import KafkaSettings

POLL_S = 0.2


def wait_for_workers(settings: KafkaSettings, meanwhile: Callable[[], None], timeout_s: float) -> bool:
    """Return True when every partition has been heard of since the call, False after the timeout.

    `meanwhile` is called between two looks.
    """
    begun = time.monotonic()
    while (waited_s := time.monotonic() - begun) < timeout_s:
        ages = [partition.age_s for partition in read_progress(settings)]
        if all(age_s is not None and age_s < waited_s for age_s in ages):
            return True
        meanwhile()
        time.sleep(POLL_S)
    return False
