"""What the smaller searches answer with."""

from typing import Literal

from pydantic import BaseModel, Field

from app.interactions.schemas import InteractionRead

SuggestedField = Literal["lead", "location", "title"]


class Suggestion(BaseModel):
    """A value that interactions have."""

    value: str = Field(description="As it is written most often.")
    count: int = Field(description="How many of the interactions looked at have it.")


class Suggestions(BaseModel):
    """Up to ten values, the most used first."""

    suggestions: list[Suggestion]


class FewInteractions(BaseModel):
    """The first interactions of an order; there are no further pages."""

    interactions: list[InteractionRead]
