"""Making the Faust app of a worker, with its tables and its input."""

from typing import Any

from yarl import URL

from app.settings import KafkaSettings
from app.streaming.app import FoldApp
from app.streaming.credentials import credentials
from app.streaming.fold import OpenFold
from app.streaming.options import Options
from app.streaming.page import add_metrics_page
from app.streaming.recourse import Recourse
from app.streaming.service import TableManager
from app.streaming.tables import FoldTable
from app.streaming.worker import PlainWorker
from app.topics import changelog

_NEVER_S = 10 * 365 * 86_400.0


def build(options: Options, kafka: KafkaSettings, open_fold: OpenFold, recourse: Recourse) -> FoldApp:
    """Make the app, its tables and its input topic (which must exist before the worker starts)."""
    app = FoldApp(options, kafka, open_fold, recourse, **_faust_options(options, kafka))
    app.input = app.topic(
        options.input_topic, key_serializer="raw", value_serializer="raw", partitions=kafka.partitions
    )
    for name, description in options.tables.items():
        app.Table(name, help=description, partitions=kafka.partitions, **_table_options(options, name))
    if options.web_token:
        add_metrics_page(app, options.web_token)
    return app


def _faust_options(options: Options, kafka: KafkaSettings) -> dict[str, Any]:
    return {
        "broker": [URL(f"kafka://{host}") for host in kafka.bootstrap.split(",")],
        "broker_credentials": credentials(kafka),
        "broker_session_timeout": options.session_timeout_s,
        "broker_heartbeat_interval": options.session_timeout_s / 6,
        "broker_commit_interval": _NEVER_S,
        "broker_max_poll_records": 5_000,
        "consumer_auto_offset_reset": "none",
        "datadir": options.data,
        "store": "memory://",
        "stream_buffer_maxsize": 64,
        "stream_wait_empty": False,
        "Table": FoldTable,
        "TableManager": TableManager,
        "table_standby_replicas": int(options.standby),
        "topic_disable_leader": True,
        "topic_partitions": kafka.partitions,
        "topic_replication_factor": kafka.replication,
        "Worker": PlainWorker,
        "web_bind": options.web_host,
        "web_host": options.web_host,
        "web_port": options.web_port,
    }


def _table_options(options: Options, table: str) -> dict[str, Any]:
    config = {
        name: value for name, value in changelog(options.app_id, table).config.items() if name != "cleanup.policy"
    }
    return {"key_type": bytes, "value_type": bytes, "extra_topic_configs": config}
