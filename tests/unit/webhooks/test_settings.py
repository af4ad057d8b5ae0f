"""QUAR-2: a webhook that could never be told is refused at the start, and its URL stays secret."""

import pytest
from pydantic import ValidationError

from app.settings import Settings


def _settings(url: str) -> Settings:
    return Settings.model_validate({"webhooks": {"ops": {"url": url, "secret": "whsec_"}}})


@pytest.mark.parametrize(
    "url", ["ops.example.com/t0ken", "ftp://ops.example.com/t0ken", "https:///t0ken", "//t0ken", ""]
)
def test_a_url_that_nobody_can_post_to_is_refused_without_being_printed(url: str) -> None:
    with pytest.raises(ValidationError, match="names a host") as refused:
        _settings(url)
    assert "t0ken" not in str(refused.value)


def test_others_are_taken_as_they_are() -> None:
    assert _settings("https://ops.example.com:8443/t0ken").webhooks["ops"].url.get_secret_value().endswith("t0ken")
