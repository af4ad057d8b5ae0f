"""Free ports on 127.0.0.1, below the range from which the system gives ports to clients.

A port out of that range can be taken by a client that reconnects to it while its server is away: it then
connects to itself, and the server cannot start again.
"""

import json
import random
import socket
import sys
from pathlib import Path

from app.embedded.errors import PortTakenError

HOST = "127.0.0.1"
RANGE = range(20_000, 32_000) if sys.platform == "linux" else range(20_000, 49_000)
TRIES = 1_000


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that is free now.

    >>> free_port() in RANGE
    True
    """
    for _ in range(TRIES):
        if is_free(port := random.choice(RANGE)):  # noqa: S311 - nothing secret about a port
            return port
    raise PortTakenError(f"no free port on {HOST} between {RANGE.start} and {RANGE.stop}: stop other servers")


def demand(port: int, what: str, host: str = HOST) -> int:
    """Return the port if it is free.

    Raises:
        PortTakenError: something else listens there.

    """
    if not is_free(port, host):
        raise PortTakenError(f"port {port} for {what} is taken: stop what listens there, or give another port")
    return port


def remembered(file: Path, count: int) -> list[int]:
    """Return the ports that the file names, each that is not free any more replaced, and write them there."""
    known = json.loads(file.read_text()) if file.exists() else []
    chosen = [port if is_free(port) else free_port() for port in known[:count]]
    chosen += [free_port() for _ in range(count - len(chosen))]
    file.write_text(json.dumps(chosen))
    return chosen
