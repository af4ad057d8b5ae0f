"""RISK-3, T14, T15: every way in which an endpoint can answer, or not, is an opinion or an error with a name."""

import json
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.analyst.answer import MAX_RATIONALE
from app.analyst.call import Usage
from app.analyst.endpoint import Endpoint
from app.analyst.errors import CutShortError, InvalidAnswerError, LateAnswerError, NoAnswerError
from app.analyst.question import Chat
from app.embedded.ports import HOST, free_port
from tests.integration.analyst.described import settings
from tests.integration.analyst.endpoint_server import GOOD, EndpointServer

CHAT = Chat("You are the analyst.", '{"pattern": "routing_loop"}')


@pytest.fixture
async def endpoint(server: EndpointServer) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(settings(server.url))
    yield endpoint
    await endpoint.close()


async def test_an_answer_in_the_form_that_was_asked_for(server: EndpointServer, endpoint: Endpoint) -> None:
    answer, call = await endpoint.ask(CHAT)
    assert answer.model_dump() == GOOD
    assert (call.finish_reason, call.usage) == ("stop", Usage(400, 50))
    assert server.asked == [CHAT.user]


async def test_a_rationale_is_clipped(server: EndpointServer, endpoint: Endpoint) -> None:
    server.answer(json.dumps({**GOOD, "rationale": "so " * MAX_RATIONALE}))
    answer, _ = await endpoint.ask(CHAT)
    assert len(answer.rationale) == MAX_RATIONALE
    assert answer.rationale.endswith("…")


async def test_usage_may_be_missing(server: EndpointServer, endpoint: Endpoint) -> None:
    server.answer(usage=None)
    assert (await endpoint.ask(CHAT)).call.usage is None


async def test_a_refusal_is_unsure(server: EndpointServer, endpoint: Endpoint) -> None:
    server.answer(None, refusal="I cannot help with agents.")
    answer, call = await endpoint.ask(CHAT)
    assert (answer.verdict, answer.confidence, call.finish_reason) == ("unsure", 0.0, "refusal")
    assert "I cannot help with agents." in answer.rationale


async def test_what_a_filter_holds_back_is_unsure(server: EndpointServer, endpoint: Endpoint) -> None:
    server.answer("", "content_filter")
    answer, call = await endpoint.ask(CHAT)
    assert (answer.verdict, answer.confidence, call.finish_reason) == ("unsure", 0.0, "content_filter")


async def test_an_answer_that_was_cut_is_none_but_is_paid_for(server: EndpointServer, endpoint: Endpoint) -> None:
    server.answer('{"verdict": "agr', "length")
    with pytest.raises(CutShortError) as caught:
        await endpoint.ask(CHAT)
    assert (caught.value.call.finish_reason, caught.value.call.usage) == ("length", Usage(400, 50))


@pytest.mark.parametrize(
    "content",
    [
        "The alert is right.",
        None,
        json.dumps({**GOOD, "verdict": "perhaps"}),
        json.dumps({**GOOD, "confidence": 2}),
        json.dumps({**GOOD, "confidence": float("nan")}),
        json.dumps({**GOOD, "rationale": "  "}),
        json.dumps({**GOOD, "rationale": 7}),
        json.dumps({**GOOD, "then": "release bot-7"}),
        json.dumps({"verdict": "agrees"}),
        '{"verdict": "agrees", "confidence": 1, "rationale": "\\ud800"}',
    ],
)
async def test_garbage_is_no_opinion_but_is_paid_for(
    server: EndpointServer, endpoint: Endpoint, content: str | None
) -> None:
    server.answer(content)
    with pytest.raises(InvalidAnswerError) as caught:
        await endpoint.ask(CHAT)
    assert (caught.value.call.finish_reason, caught.value.call.usage) == ("invalid", Usage(400, 50))


@pytest.mark.parametrize(
    "body",
    [
        "<html>Welcome</html>", "", "[]", '{"choices": []}', '{"choices": null}', '{"choices": [{"text": "a"}]}',
        '{"choices": [{"message": {"content": "\udcff"}}]}', '{"of the endpoint": ' + 100_000 * "[",
    ],
)  # fmt: skip
async def test_what_is_no_completion_is_no_opinion(server: EndpointServer, endpoint: Endpoint, body: str) -> None:
    server.say(200, body, "text/html")
    with pytest.raises(InvalidAnswerError, match="no chat completion"):
        await endpoint.ask(CHAT)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_what_it_refuses_is_not_asked_again(server: EndpointServer, endpoint: Endpoint, status: int) -> None:
    server.say(status)
    with pytest.raises(NoAnswerError, match=f"status {status}: .*not now"):
        await endpoint.ask(CHAT)
    assert len(server.asked) == 1


async def test_a_wrong_key_is_said(server: EndpointServer) -> None:
    endpoint = Endpoint(settings(server.url, api_key=SecretStr("sk-other")))
    with pytest.raises(NoAnswerError, match="no such key"):
        await endpoint.ask(CHAT)
    await endpoint.close()


async def test_silence_is_a_late_answer(server: EndpointServer) -> None:
    server.hang()
    endpoint = Endpoint(settings(server.url, timeout_s=0.2))
    with pytest.raises(LateAnswerError):
        await endpoint.ask(CHAT)
    await endpoint.close()


async def test_nobody_there_is_no_answer() -> None:
    url = f"http://{HOST}:{free_port()}/v1"
    endpoint = Endpoint(settings(url))
    with pytest.raises(NoAnswerError, match=f"cannot reach {url}"):
        await endpoint.ask(CHAT)
    await endpoint.close()
