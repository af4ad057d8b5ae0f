"""A real HTTP server that speaks chat completions, checks every request, and answers by its mood."""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.embedded.ports import HOST, free_port

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"

API_KEY = "sk-test"
MODEL = "model-1"
GOOD: Mapping[str, Json] = {"verdict": "agrees", "confidence": 0.75, "rationale": "AGENT_1 drives the loop."}
USAGE: Mapping[str, Json] = {"prompt_tokens": 400, "completion_tokens": 50, "total_tokens": 450}
KEYWORDS = {"type", "enum", "description", "title", "properties", "required", "additionalProperties"}
"""What every endpoint that holds to a schema knows."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _System(_Strict):
    role: Literal["system"]
    content: str


class _User(_Strict):
    role: Literal["user"]
    content: str


class _Schema(_Strict):
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    strict: Literal[True]
    schema_: Annotated[dict[str, object], Field(alias="schema")]


class _Format(_Strict):
    type: Literal["json_schema"]
    json_schema: _Schema


class ChatRequest(_Strict):
    """The part of the API that is used."""

    model: Literal["model-1"]
    messages: tuple[_System, _User]
    response_format: _Format
    max_completion_tokens: Annotated[int, Field(gt=0)]


class EndpointServer:
    """Answers with `message` and `finish_reason`, with a bare `status` or `body`, or never.

    `problems` are requests that no endpoint would take; they are answered with 400.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.asked: list[str] = []
        """What users said, in order."""
        self.problems: list[str] = []
        self.come = asyncio.Event()
        self.answer()

    def answer(
        self,
        content: str | None = json.dumps(GOOD),
        finish_reason: str | None = "stop",
        *,
        refusal: str | None = None,
        usage: Json = USAGE,
    ) -> None:
        message = {"role": "assistant", "content": content, "refusal": refusal}
        choice = {"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}
        completion = {"id": "c-1", "object": "chat.completion", "created": 1, "model": MODEL, "choices": [choice]}
        self.say(200, json.dumps({**completion, "usage": usage}))

    def say(self, status: int, body: str = '{"error": {"message": "not now"}}', kind: str = "application/json") -> None:
        self._response = (status, body, kind)
        self._speaks = asyncio.Event()
        self._speaks.set()

    def hang(self) -> None:
        self._speaks = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._speaks.set()
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.Response:
        if request.headers.get("authorization") != f"Bearer {API_KEY}":
            return web.Response(status=401, text='{"error": {"message": "no such key"}}')
        try:
            asked = ChatRequest.model_validate_json(await request.read())
            check_schema(asked.response_format.json_schema.schema_)
        except (ValidationError, ValueError) as error:
            self.problems.append(str(error))
            return web.Response(status=400, text='{"error": {"message": "invalid request"}}')
        self.asked.append(asked.messages[1].content)
        self.come.set()
        await self._speaks.wait()
        status, body, kind = self._response
        return web.Response(status=status, body=body.encode(errors="surrogateescape"), content_type=kind)


def check_schema(schema: Mapping[str, object]) -> None:
    """Raises ValueError unless strict endpoints take the schema: all is required, nothing else allowed, no bounds."""
    if unknown := schema.keys() - KEYWORDS:
        raise ValueError(f"keywords {unknown} of a schema")
    if schema["type"] == "object":
        properties = schema["properties"]
        assert isinstance(properties, dict)
        if schema["additionalProperties"] is not False or schema["required"] != list(properties):
            raise ValueError("an object is not closed")
        for inner in properties.values():
            check_schema(inner)
