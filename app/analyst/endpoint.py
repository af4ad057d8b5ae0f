"""An endpoint that speaks OpenAI's chat completions: one question, one answer, no second try."""

import time
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta, Struct
from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import ValidationError

from app.analyst.answer import MAX_RATIONALE, Answer, clipped, no_opinion
from app.analyst.call import Call, FinishReason, Usage
from app.analyst.errors import CutShortError, InvalidAnswerError, LateAnswerError, NoAnswerError
from app.analyst.question import Chat
from app.settings import AnalystSettings

RESPONSE_FORMAT: Final[ResponseFormatJSONSchema] = {
    "type": "json_schema",
    "json_schema": {"name": "opinion", "strict": True, "schema": Answer.model_json_schema()},
}
NO_KEY: Final = "none"
"""Stands where a key is wanted by the client alone."""


class Asked(NamedTuple):
    """An answer, and what it took."""

    answer: Answer
    call: Call


class _Message(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(Struct):
    choices: Annotated[list[_Choice], Meta(min_length=1)]
    usage: Usage | None = None


_completion = msgspec.json.Decoder(_Completion)


class Endpoint:
    """The model behind a URL.

    Args:
        settings: with a URL.

    """

    def __init__(self, settings: AnalystSettings) -> None:
        assert settings.url is not None
        self._settings = settings
        key = settings.api_key.get_secret_value() if settings.api_key else NO_KEY
        self._client = AsyncOpenAI(base_url=settings.url, api_key=key, timeout=settings.timeout_s, max_retries=0)

    async def ask(self, chat: Chat) -> Asked:
        """Ask once. A model that declines, or whose answer a filter holds back, is unsure.

        Raises:
            NoAnswerError: it refuses the request, or cannot be reached.
            LateAnswerError: it does not answer in time.
            CutShortError, InvalidAnswerError: it has answered, but not what was asked.

        """
        started = time.perf_counter()
        said = await self._say(chat)
        latency_s = time.perf_counter() - started
        try:
            completion = _completion.decode(said)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidAnswerError(f"no chat completion: {error}", Call("invalid", latency_s, None)) from error
        choice = completion.choices[0]
        call = Call(_finish_reason(choice), latency_s, completion.usage)
        return Asked(_answer(choice, call), call)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _say(self, chat: Chat) -> bytes:
        try:
            response = await self._client.chat.completions.with_raw_response.create(
                model=self._settings.model,
                messages=_messages(chat),
                response_format=RESPONSE_FORMAT,
                max_completion_tokens=self._settings.max_tokens,
            )
        except APITimeoutError as error:
            raise LateAnswerError(f"no answer within {self._settings.timeout_s:g} s") from error
        except APIConnectionError as error:
            raise NoAnswerError(f"cannot reach {self._settings.url}: {error.__cause__ or error}") from error
        except APIStatusError as error:
            raise NoAnswerError(clipped(f"status {error.status_code}: {error.message}", MAX_RATIONALE)) from error
        return response.content


def _messages(chat: Chat) -> list[ChatCompletionMessageParam]:
    return [{"role": "system", "content": chat.system}, {"role": "user", "content": chat.user}]


def _finish_reason(choice: _Choice) -> FinishReason:
    if choice.message.refusal:
        return "refusal"
    match choice.finish_reason:
        case "stop" | "length" | "content_filter" as known:
            return known
        case _:
            return "invalid"


def _answer(choice: _Choice, call: Call) -> Answer:
    match call.finish_reason:
        case "refusal":
            return no_opinion(clipped(f"The model declines: {choice.message.refusal}", MAX_RATIONALE))
        case "content_filter":
            return no_opinion("A filter of the endpoint has held the answer back.")
        case "length":
            raise CutShortError("the answer was cut off at its limit of tokens", call)
        case "stop" | "invalid":
            return _parsed(choice, call)


def _parsed(choice: _Choice, call: Call) -> Answer:
    try:
        return Answer.model_validate_json(choice.message.content or "")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
        raise InvalidAnswerError(f"no opinion: {reason}", call._replace(finish_reason="invalid")) from error
