"""The doors over HTTP, on a real server (QUAR-2, QUAR-7, API-1)."""

import http.client
import json
from collections.abc import Iterator, Mapping
from threading import Timer
from urllib.parse import quote

import pytest

from api.doors.book import Book
from app.bus.door import Door, DoorError
from tests.unit.api.doors.samples import Told, book_of, sidecar, transition

CONTAINED = "tools/böb, the 100%"
"""A name that a path and a header cannot hold as it is."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with sidecar(book_of(transition(), transition(agent=CONTAINED))) as port:
        yield port


@pytest.fixture(scope="module")
def locked() -> Iterator[int]:
    with sidecar(book_of(transition()), token="new,old") as port:
        yield port


class Said:
    """What a server answered."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def problem(self) -> dict[str, object]:
        assert self.headers["content-type"] == "application/problem+json"
        told: dict[str, object] = json.loads(self.body)
        assert told["status"] == self.status
        return told


def ask(
    port: int,
    path: str,
    headers: Mapping[str, str] | list[tuple[str, bytes]] | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
) -> Said:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path)
    for name, value in headers.items() if isinstance(headers, Mapping) else headers or ():
        connection.putheader(name, value)
    connection.putheader("content-length", str(len(body)))
    connection.endheaders(body)
    said = Said(connection.getresponse())
    connection.close()
    return said


def as_gateway(agent: str, fleet: str = "north") -> dict[str, str]:
    return {"x-ringfence-fleet": quote(fleet, safe=""), "x-ringfence-agent": quote(agent, safe="")}


@pytest.mark.parametrize("agent", ["bob", CONTAINED])
def test_a_contained_agent_is_turned_away_by_every_door(port: int, agent: str) -> None:
    with Door(f"http://127.0.0.1:{port}") as door:
        assert not door.ask("north", agent).allow
    denied = ask(port, "/envoy/authz/work", as_gateway(agent))
    assert denied.problem == {
        "type": "about:blank",
        "title": "contained",
        "status": 403,
        "detail": "trust 12.0 is under 30",
    }


def test_a_name_in_plain_utf8_is_the_name_that_it_looks_like() -> None:
    with sidecar(book_of(transition(agent="böb"))) as port:
        named = [("x-ringfence-fleet", b"north"), ("x-ringfence-agent", "böb".encode())]
        assert ask(port, "/envoy/authz/", named).status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "TRACE", "PROPFIND", "QUERY"])
def test_envoy_is_answered_whatever_the_method_of_the_request(port: int, method: str) -> None:
    assert ask(port, "/envoy/authz/work?x=1", as_gateway("ann"), method=method).status == 200
    assert ask(port, "/envoy/authz/work?x=1", as_gateway("bob"), method=method).status == 403


@pytest.mark.parametrize("path", ["", "/", "*", "//", "/a%2Fb/../c", "/v1/check/north/ann", "/livez", "/%ff"])
def test_envoy_is_answered_whatever_the_path_of_the_request(port: int, path: str) -> None:
    assert ask(port, f"/envoy/authz{path}", as_gateway("ann")).status == 200
    assert ask(port, f"/envoy/authz{path}", as_gateway("bob")).status == 403


def test_a_large_body_that_envoy_passes_on_is_no_trouble(port: int) -> None:
    assert ask(port, "/envoy/authz/", as_gateway("bob"), method="POST", body=b"x" * 1_000_000).status == 403


def test_an_identity_beside_that_of_the_gateway_opens_no_door(port: int) -> None:
    twice = [("x-ringfence-fleet", b"north"), ("x-ringfence-agent", b"ann"), ("X-Ringfence-Agent", b"bob")]
    assert "more than one" in str(ask(port, "/envoy/authz/", twice).problem["detail"])


@pytest.mark.parametrize("name", ["%ff", "100%", "a" * 257])
def test_what_is_no_name_opens_no_door(port: int, name: str) -> None:
    headers = {"x-ringfence-fleet": "north", "x-ringfence-agent": name}
    assert ask(port, "/envoy/authz/", headers).problem["title"] == "not identified"
    assert ask(port, f"/v1/check/north/{name}").problem["status"] == 400


def test_every_error_is_a_problem_document(port: int) -> None:
    assert ask(port, "/v1/nothing").problem["status"] == 404
    assert ask(port, "/v1/check/north/ann", method="POST").problem["status"] == 405
    assert "amount" in str(ask(port, "/v1/check/north/ann?amount=much").problem["detail"])


class Torn(Book):
    """Cannot be read."""

    def age_s(self, fleet: str) -> float | None:
        raise LookupError(fleet)


def test_a_door_that_fails_lets_nobody_through_and_tells_nothing_of_itself() -> None:
    with sidecar(Torn()) as port:
        for path in ("/v1/check/north/ann", "/envoy/authz/"):
            assert ask(port, path, as_gateway("ann")).problem["status"] == 500


def test_without_a_token_no_door_answers(locked: int) -> None:
    for path in ("/v1/check/north/ann", "/v1/door", "/envoy/authz/work"):
        for given in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic new"}):
            refused = ask(locked, path, {**as_gateway("ann"), **given})
            assert refused.headers["www-authenticate"] == "Bearer"
            assert (refused.problem["status"], "new" in str(refused.problem)) == (401, False)


@pytest.mark.parametrize("token", ["new", "old"])
def test_each_of_several_tokens_opens_the_doors(locked: int, token: str) -> None:
    given = {**as_gateway("ann"), "authorization": f"bearer {token}"}
    assert [ask(locked, path, given).status for path in ("/v1/check/north/ann", "/envoy/authz/work")] == [200, 200]


def test_probes_need_no_token(locked: int) -> None:
    assert [ask(locked, path).status for path in ("/livez", "/readyz")] == [200, 200]


def test_a_client_sends_its_token_and_says_which_setting_is_missing(locked: int) -> None:
    url = f"http://127.0.0.1:{locked}"
    with Door(url, "new") as door:
        assert not door.ask("north", "bob").allow
    with Door(url) as door, pytest.raises(DoorError, match="RINGFENCE_SIDECAR__TOKEN"):
        door.ask("north", "bob")


def test_probes_tell_of_a_door_that_still_reads_and_of_one_that_has_stopped_to() -> None:
    follower = Told()
    follower.caught_up.clear()
    follower.alive = False
    with sidecar(book_of(), follower, read_within_s=0) as port:
        assert [ask(port, path).status for path in ("/livez", "/readyz")] == [503, 503]


@pytest.mark.parametrize(("when_stale", "allow"), [("open", True), ("closed", False)])
def test_a_door_that_has_not_read_all_yet_counts_as_out_of_touch(when_stale: str, *, allow: bool) -> None:
    follower = Told()
    follower.caught_up.clear()
    with sidecar(book_of(), follower, read_within_s=0, when_stale=when_stale) as port:
        told = json.loads(ask(port, "/v1/check/north/ann").body)
    assert (told["fresh"], told["allow"]) == (False, allow)


@pytest.mark.parametrize(("when_stale", "allow"), [("open", True), ("closed", False)])
def test_a_door_that_reads_again_after_an_outage_is_out_of_touch_until_it_has(when_stale: str, *, allow: bool) -> None:
    """Signs of life may come before what was decided meanwhile; its process goes on to be ready."""
    follower = Told()
    follower.behind = True
    with sidecar(book_of(), follower, when_stale=when_stale) as port:
        told = json.loads(ask(port, "/v1/check/north/ann").body)
        assert (told["fresh"], told["allow"]) == (False, allow)
        assert not json.loads(ask(port, "/v1/door").body)["ready"]
        assert ask(port, "/readyz").status == 200


def test_ports_open_once_all_that_was_decided_before_is_read() -> None:
    follower = Told()
    follower.caught_up.clear()
    Timer(0.3, follower.caught_up.set).start()
    with sidecar(book_of(), follower) as port:
        assert json.loads(ask(port, "/v1/check/north/ann").body)["fresh"]


def test_half_an_identity_opens_no_door_even_where_none_would_do() -> None:
    with sidecar(book_of(), unidentified="allow") as port:
        assert ask(port, "/envoy/authz/").status == 200
        for header in ("x-ringfence-fleet", "x-ringfence-agent"):
            assert ask(port, "/envoy/authz/", {header: "ann"}).status == 403


def test_a_door_says_what_it_knows_and_how_fresh_that_is() -> None:
    with sidecar(book_of(transition(), fresh=False), when_stale="closed") as port:
        told = json.loads(ask(port, "/v1/door").body)
    assert (told["ready"], told["when_stale"], told["known"], told["unreadable"]) == (True, "closed", 1, 0)
    assert {each["fresh"] for each in told["partitions"]} == {False}
