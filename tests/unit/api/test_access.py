"""Doors that anybody could ask do not open (API-3)."""

import pytest
from pydantic import ValidationError

from api.access import ExposedError, refuse_exposure
from api.main import create_app
from app.settings import Settings, SidecarSettings


def _settings(**given: object) -> SidecarSettings:
    return SidecarSettings.model_validate(given)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.7", "gateway.example", "127.0.0.1.example"])
def test_beyond_this_machine_a_token_is_needed(host: str) -> None:
    with pytest.raises(ExposedError, match="RINGFENCE_SIDECAR__TOKEN"):
        refuse_exposure(_settings(host=host))
    refuse_exposure(_settings(host=host, token="secret"))
    refuse_exposure(_settings(host=host, anonymous=True))


def test_whoever_starts_the_doors_they_do_not_open_to_anybody() -> None:
    """As with another server, by `api.main:create_app`."""
    with pytest.raises(ExposedError):
        create_app(Settings(sidecar=_settings(host="0.0.0.0", grpc_port=0)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_on_this_machine_none_is(host: str) -> None:
    refuse_exposure(_settings(host=host))


@pytest.mark.parametrize("token", ["", ","])
def test_an_empty_token_is_none(token: str) -> None:
    with pytest.raises(ExposedError):
        refuse_exposure(_settings(host="0.0.0.0", token=token))


@pytest.mark.parametrize("token", ["two words", "ö", "a\nb", 'a"b'])
def test_a_token_that_no_header_can_hold_is_refused_and_not_told(token: str) -> None:
    with pytest.raises(ValidationError, match="RFC 6750") as refused:
        _settings(token=token)
    assert token not in str(refused.value)
