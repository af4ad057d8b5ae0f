"""The form of an answer. Its schema goes out with each question; it is checked again when it comes back.

The schema states no bounds: what endpoints do with `minimum` or `maxLength` differs, down to refusing the request.
Models answer in the order of the fields, so that they argue before they judge.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from app.events import OpinionVerdict

MAX_RATIONALE = 1_000


def clipped(text: str, most: int) -> str:
    """The text, or its beginning where it is longer than `most` characters.

    >>> clipped("loops", 5), clipped("loops", 4)
    ('loops', 'loo…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _clip(value: object) -> object:
    return clipped(value.strip(), MAX_RATIONALE) if isinstance(value, str) else value


class Answer(BaseModel):
    """What the model makes of an alert."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rationale: Annotated[
        str,
        BeforeValidator(_clip),
        Field(min_length=1, max_length=MAX_RATIONALE),
        WithJsonSchema({"type": "string", "description": "Why, in under 1000 characters."}),
    ]
    verdict: OpinionVerdict
    confidence: Annotated[
        float,
        Field(ge=0.0, le=1.0, allow_inf_nan=False),
        WithJsonSchema({"type": "number", "description": "Of the verdict, from 0 to 1."}),
    ]


def no_opinion(why: str) -> Answer:
    """The answer of a model that gives none.

    >>> no_opinion("The model declines: no.").verdict
    'unsure'
    """
    return Answer(verdict="unsure", confidence=0.0, rationale=why)
