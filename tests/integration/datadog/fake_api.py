"""A Datadog API on this machine: it keeps what it is given, as Datadog would, refuses what is not as documented,
and can answer 429, 500 or never."""

import re
import threading
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

import msgspec

from tests.integration.datadog import schema

Body = dict[str, Any]
Fault = Literal["limited", "broken", "silent"]
KEYS = {"DD-API-KEY": "api", "DD-APPLICATION-KEY": "app"}
ADDED: dict[str, Body] = {
    "monitor": {"creator": {"handle": "ann@example.com"}, "overall_state": "No Data", "multi": True, "deleted": None},
    "dashboard": {
        "author_handle": "ann@example.com",
        "url": "/dashboard/x",
        "notify_list": None,
        "is_read_only": False,
    },
}
SHAPES: dict[str, type[schema.Strict]] = {
    "monitor": schema.Monitor,
    "dashboard": schema.Dashboard,
    "events": schema.Event,
}


class Request(NamedTuple):
    method: str
    path: str


class FakeDatadog:
    """As a context manager; `url` is its address.

    `faults` are what the next requests get instead of an answer; None is an answer.
    """

    def __init__(self, again_in_s: float = 0.0) -> None:
        self.stored: dict[str, dict[str, Body]] = {"monitor": {}, "dashboard": {}, "events": {}}
        self.requests: list[Request] = []
        self.faults: deque[Fault | None] = deque()
        self.refuse_events: set[str] = set()
        self.again_in_s = again_in_s
        self.closing = threading.Event()
        self._ids = 0
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def changes(self) -> list[Request]:
        return [request for request in self.requests if request.method != "GET"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, kind: str, body: Body) -> str:
        """What somebody has made by hand, or Datadog keeps of a body."""
        self._ids += 1
        resource_id = f"abc-def-{self._ids}" if kind == "dashboard" else str(self._ids)
        self.keep(kind, resource_id, body)
        return resource_id

    def keep(self, kind: str, resource_id: str, body: Body) -> None:
        shown: Any = int(resource_id) if kind != "dashboard" else resource_id
        self.stored[kind][resource_id] = {**ADDED.get(kind, {}), **_as_kept(kind, body), "id": shown}

    def named(self, kind: str) -> dict[str, Body]:
        """The stored ones by name or title."""
        return {body.get("name") or body["title"]: body for body in self.stored[kind].values()}


def _as_kept(kind: str, body: Body) -> Body:
    """Datadog gives numbers as floats, tags in an order of its own, options that nobody set, and ids to widgets."""
    kept: Body = msgspec.json.decode(msgspec.json.encode(body))
    if kind == "monitor":
        kept["tags"] = sorted(kept.get("tags", []), reverse=True)
        options = kept.setdefault("options", {})
        thresholds = options.get("thresholds", {})
        options["thresholds"] = {name: float(value) for name, value in thresholds.items()}
        kept["options"] = {"new_host_delay": 300, "silenced": {}, **options}
    for number, widget in enumerate(kept.get("widgets", ()), 1):
        widget["id"] = number
    return kept


class _Handler(BaseHTTPRequestHandler):
    fake: ClassVar[FakeDatadog]
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body in one packet

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.fake.requests.append(Request(self.command, self.path))
        fault = self.fake.faults.popleft() if self.fake.faults else None
        if fault is not None:
            self._fail(fault)
        elif any(self.headers.get(name) != key for name, key in KEYS.items()):
            self._say(HTTPStatus.FORBIDDEN, {"errors": ["Forbidden"]})
        else:
            self._say(*self._answer(body))

    def _fail(self, fault: Fault) -> None:
        match fault:
            case "limited":
                self._say(HTTPStatus.TOO_MANY_REQUESTS, {"errors": ["Rate limit"]}, reset=str(self.fake.again_in_s))
            case "broken":
                self._say(HTTPStatus.INTERNAL_SERVER_ERROR, {"errors": ["Internal"]})
            case "silent":
                self.fake.closing.wait()
                self.close_connection = True

    def _answer(self, body: bytes) -> tuple[HTTPStatus, object]:
        address = urlsplit(self.path)
        found = re.fullmatch(r"/api/v1/(monitor|dashboard|events)(?:/([\w-]+))?", address.path)
        if found is None:
            return HTTPStatus.NOT_FOUND, {"errors": ["Not found"]}
        kind, resource_id = found.groups()
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if self.command in ("POST", "PUT"):
            return self._write(kind, resource_id, body)
        if resource_id is None:
            return HTTPStatus.OK, self._list(kind, query)
        if resource_id not in self.fake.stored[kind]:
            return HTTPStatus.NOT_FOUND, {"errors": [f"{kind} not found"]}
        if self.command == "DELETE":
            del self.fake.stored[kind][resource_id]
            return HTTPStatus.OK, {f"deleted_{kind}_id": resource_id}
        return HTTPStatus.OK, self.fake.stored[kind][resource_id]

    def _write(self, kind: str, resource_id: str | None, body: bytes) -> tuple[HTTPStatus, object]:
        try:
            msgspec.json.decode(body, type=SHAPES[kind])
        except msgspec.ValidationError as error:
            return HTTPStatus.BAD_REQUEST, {"errors": [str(error)]}
        given = msgspec.json.decode(body)
        if given.get("title") in self.fake.refuse_events:
            return HTTPStatus.BAD_REQUEST, {"errors": ["Event too far in the past"]}
        if resource_id is None:
            resource_id = self.fake.add(kind, given)
        elif resource_id in self.fake.stored[kind]:
            self.fake.keep(kind, resource_id, given)
        else:
            return HTTPStatus.NOT_FOUND, {"errors": [f"{kind} not found"]}
        return HTTPStatus.ACCEPTED if kind == "events" else HTTPStatus.OK, self.fake.stored[kind][resource_id]

    def _list(self, kind: str, query: dict[str, str]) -> object:
        found = list(self.fake.stored[kind].values())
        if kind == "monitor":
            wanted = set(query["monitor_tags"].split(",")) if "monitor_tags" in query else set()
            return [monitor for monitor in found if wanted <= set(monitor["tags"])]
        start, count = int(query.get("start", 0)), int(query.get("count", 100))
        summaries = [{name: value for name, value in body.items() if name != "widgets"} for body in found]
        return {"dashboards": summaries[start : start + count]}

    def _say(self, status: HTTPStatus, answer: object, reset: str | None = None) -> None:
        body = msgspec.json.encode(answer)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if reset is not None:
            self.send_header("X-RateLimit-Reset", reset)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what was asked is in `requests`."""
