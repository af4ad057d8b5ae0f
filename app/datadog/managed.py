"""The resources of ours in an account: reading and changing them."""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

from app.datadog.account import Account
from app.datadog.errors import NotFoundError, OutageError, RefusedRequestError
from app.datadog.plan import Step
from app.datadog.resource import TITLE, Body, Existing, Json, Kind, mark

PAGE = 100


class Managed:
    """What carries our mark in an account; nothing else is ever changed."""

    def __init__(self, account: Account, owner: str) -> None:
        self._account = account
        self._mark = mark(owner)

    def read(self) -> list[Existing]:
        """Every resource of ours."""
        return [*self._monitors(), *self._dashboards()]

    def carry_out(self, step: Step) -> None:
        """Do what a step says. Raises RefusedRequestError that names the resource which Datadog will not take."""
        try:
            self._carry_out(step)
        except RefusedRequestError as error:
            raise RefusedRequestError(f"{step.subject}: {error}") from error

    def _carry_out(self, step: Step) -> None:
        match step:
            case Step(definition=None, existing=Existing() as existing):
                with suppress(NotFoundError):  # somebody else was quicker
                    self._account.ask("DELETE", _path(existing.kind, existing.id))
            case Step(definition=definition, existing=None) if definition:
                self._account.ask("POST", definition.kind, definition.body)
            case Step(definition=definition, existing=existing) if definition and existing and step.changes:
                self._account.ask("PUT", _path(existing.kind, existing.id), definition.body)

    def _monitors(self) -> Iterator[Existing]:
        for body in _objects(self._account.ask("GET", "monitor", monitor_tags=self._mark), "monitor"):
            tags = body.get("tags")
            if isinstance(tags, list) and self._mark in tags:
                yield _existing("monitor", body)

    def _dashboards(self) -> Iterator[Existing]:
        """The list has descriptions, but no widgets."""
        for summary in self._summaries():
            lines = str(summary.get("description") or "").splitlines()
            if lines and lines[-1] == self._mark:
                body = self._account.ask("GET", _path("dashboard", str(summary["id"])))
                yield from (_existing("dashboard", found) for found in _objects([body], "dashboard"))

    def _summaries(self) -> Iterator[Body]:
        seen: set[str] = set()
        while True:
            answer = self._account.ask("GET", "dashboard", start=str(len(seen)), count=str(PAGE))
            page = _objects(answer.get("dashboards") if isinstance(answer, dict) else None, "dashboard")
            fresh = [summary for summary in page if str(summary.get("id")) not in seen]
            yield from fresh
            seen.update(str(summary.get("id")) for summary in fresh)
            if len(page) < PAGE or not fresh:
                return


def _existing(kind: Kind, body: Body) -> Existing:
    return Existing(kind, str(body.get(TITLE[kind])), body, str(body.get("id")))


def _path(kind: Kind, resource_id: str) -> str:
    return f"{kind}/{quote(resource_id, safe='')}"


def _objects(answer: Json, asked: str) -> list[Body]:
    """The answer, where it is a list of objects."""
    if not isinstance(answer, list):
        raise OutageError(f"asked for {asked}s, Datadog answers something else: is RINGFENCE_DATADOG__API_URL right?")
    return [item for item in answer if isinstance(item, dict)]
