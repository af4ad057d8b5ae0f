"""Faust's worker, leaving standard output alone: our lines are structured already."""

import faust


class PlainWorker(faust.Worker):
    """A worker that does not turn what is printed into log records."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **{**options, "redirect_stdouts": False})  # type: ignore[arg-type]
