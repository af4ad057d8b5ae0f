"""A real Apache Kafka of one node (KRaft) on 127.0.0.1, with nothing installed but Python."""

import base64
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from app.embedded import jars, java, ports
from app.embedded.errors import DiskFullError, StartFailedError
from app.embedded.folder import locked
from app.embedded.process import Process
from app.embedded.properties import broker_properties, to_text

HEAP_MB = 512
MIN_FREE_DISK_MB = 512
READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
FORMAT_TIMEOUT_S = 60


class KafkaServer:
    """One broker, with its data in a folder; it keeps its port and its data over restarts.

    It ends when the thread that called `start` ends, so start it from a thread that stays.

    Args:
        data: folder of its log, its settings and its output (`kafka.log`).
        port: of the plaintext listener; None: the one it had, else a free one.
        overrides: broker properties that are added to ours or replace them; see `broker_properties`.
        format_options: further arguments of the format tool, used when the folder is new,
            as `["--add-scram", "SCRAM-SHA-512=[name=alice,password=secret]"]`.
        heap_mb: size limit of the Java heap, MB.

    Example:
        with KafkaServer(Path("data/kafka")) as kafka:
            client = AdminClient({"bootstrap.servers": kafka.bootstrap})

    """

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        overrides: Mapping[str, str] | None = None,
        format_options: Sequence[str] = (),
        heap_mb: int = HEAP_MB,
    ) -> None:
        self.data = data.absolute()
        self.heap_mb = heap_mb
        self._wanted_port = port
        self._overrides = overrides or {}
        self._format_options = format_options
        self._ports: tuple[int, int] | None = None
        self._process: Process | None = None

    @property
    def port(self) -> int:
        """Port of the plaintext listener, chosen at the first start."""
        if self._ports is None:
            raise StartFailedError("Kafka has not been started yet: call start() first")
        return self._ports[0]

    @property
    def bootstrap(self) -> str:
        """The plaintext listener as clients want it: host:port."""
        return f"{ports.HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id of the last start."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether the process lives; `wait_ready` says more."""
        return self._process is not None and self._process.running

    def start(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Start the broker and wait until it serves; also after `stop` and `kill`.

        Raises:
            DownloadError, DiskFullError, PortTakenError, MemoryShortError, FolderInUseError,
            StartFailedError: each says what to do.

        """
        self.launch()
        self.wait_ready(timeout_s)

    def launch(self) -> None:
        """Start the broker without waiting for it."""
        class_path = jars.fetch()
        # Kafka's own lock comes too late: two brokers would have written to one metadata log by then.
        with locked(self.data, "Kafka") as lock:
            self._demand_space()
            self._choose_ports()
            properties = self._write_properties()
            self._format(class_path, properties)
            arguments = java.command(class_path, "kafka.Kafka", str(properties), heap_mb=self.heap_mb)
            self._process = Process("kafka", arguments, self.data / "kafka.log")
            self._process.start([lock])

    def wait_ready(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Wait until the broker answers requests; errors as in `start`."""
        if self._process is None:
            raise StartFailedError("Kafka has not been started yet: call start() first")
        try:
            self._process.wait_until(self._answers, timeout_s)
        except StartFailedError as failure:
            known = java.explain("kafka", self._process.output())
            self.kill()
            raise known or failure from failure

    def stop(self) -> None:
        """Shut down in order."""
        if self._process is not None:
            self._process.stop(STOP_TIMEOUT_S)

    def kill(self) -> None:
        """SIGKILL: the log must be recovered at the next start, nothing acknowledged may be missing then."""
        if self._process is not None:
            self._process.kill()

    def freeze(self) -> None:
        """SIGSTOP: it holds its connections and answers nothing until `thaw`."""
        if self._process is not None:
            self._process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT, after `freeze`."""
        if self._process is not None:
            self._process.signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        """Start, and wait until it serves."""
        self.start()
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _demand_space(self) -> None:
        free_mb = shutil.disk_usage(self.data).free // 1_000_000
        if free_mb < MIN_FREE_DISK_MB:
            raise DiskFullError(
                f"{free_mb} MB are free in {self.data}, Kafka needs {MIN_FREE_DISK_MB}: free some space"
            )

    def _choose_ports(self) -> None:
        """Keep the ports of the last start: clients hold on to them."""
        if self._ports:
            for port in self._ports:
                ports.demand(port, "Kafka")
            return
        broker, controller = ports.remembered(self.data / "ports.json", 2)
        self._ports = (ports.demand(self._wanted_port, "Kafka") if self._wanted_port else broker, controller)

    def _write_properties(self) -> Path:
        broker, controller = self._ports or (0, 0)
        file = self.data / "server.properties"
        file.write_text(to_text(broker_properties(broker, controller, self.data / "log", self._overrides)))
        return file

    def _format(self, class_path: Sequence[Path], properties: Path) -> None:
        """Give a new folder its cluster id."""
        if (self.data / "log" / "meta.properties").exists():
            return
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        arguments = ("format", f"--cluster-id={cluster_id}", "-c", str(properties), *self._format_options)
        done = subprocess.run(  # noqa: S603 - our own command line
            java.command(class_path, "kafka.tools.StorageTool", *arguments, heap_mb=self.heap_mb),
            capture_output=True,
            text=True,
            timeout=FORMAT_TIMEOUT_S,
            check=False,
        )
        if done.returncode:
            said = done.stdout + done.stderr
            raise java.explain("kafka", said) or StartFailedError(f"Kafka cannot format {self.data}: {said.strip()}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=1):
                pass
            client = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
            return bool(client.list_topics(timeout=2).brokers)
        except (OSError, KafkaException):
            return False
