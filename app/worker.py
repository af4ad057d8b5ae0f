"""The worker: `faust -A app.worker worker -l info`.

Faust looks the app up in this module by the name `app`, so the settings are read at import.
"""

from agents import messages
from app.folding import Folding
from app.settings import Settings
from app.streaming.app import FoldApp
from app.streaming.build import build
from app.streaming.options import Options
from app.topics import RAW, TOPICS
from tables import TABLES


def make_app(settings: Settings) -> FoldApp:
    """The Faust app of a worker: its tables, its agent, its fold."""
    worker = settings.worker
    options = Options(
        app_id=worker.app_id,
        input_topic=RAW.name,
        tables={table.name: table.description for table in TABLES},
        outputs=[topic.name for topic in TOPICS],
        data=worker.data,
        web_host=worker.web_host,
        web_port=worker.web_port,
        web_token=worker.web_token.get_secret_value() if worker.web_token else None,
        commit_interval_ms=worker.commit_interval_ms,
        session_timeout_s=worker.session_timeout_s,
        standby=worker.standby,
        store_cache_mb=worker.store_cache_mb,
    )
    folding = Folding(settings.kafka, f"{worker.web_host}:{worker.web_port}", worker.data)
    made = build(options, settings.kafka, folding, folding)
    messages.register(made)
    return made


app = make_app(Settings())
