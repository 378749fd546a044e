"""A search as a tree of conditions, as it is sent and as it is stored."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.core.fields import ZoneName
from app.core.page import MAX_PAGE, MAX_PAGE_SIZE
from app.core.text import clean_text
from app.interactions.finding.counting import Counting
from app.interactions.finding.names import Facet, Related
from app.interactions.finding.values import OPS, check_value
from app.interactions.sorting import RELEVANCE, parse_sort
from app.interactions.words import parse_words

MAX_DEPTH = 5
MAX_LEAVES = 50

FieldName = Literal[
    "title",
    "lead",
    "location",
    "description",
    "notes",
    "type",
    "timezone",
    "external_id",
    "site_id",
    "created_by",
    "duration_minutes",
    "start_datetime",
    "end_datetime",
    "created_at",
    "updated_at",
]
Op = Literal[
    "eq",
    "neq",
    "in",
    "nin",
    "lt",
    "lte",
    "gt",
    "gte",
    "contains",
    "starts_with",
    "between",
    "is_null",
]

_FORMS = ("field", "and", "or", "not")

EXAMPLE: JsonDict = {
    "q": '"new line" -budget',
    "where": {
        "and": [
            {"field": "type", "op": "in", "value": ["CALL", "MEETING"]},
            {"field": "start_datetime", "op": "between", "value": {"last": "P7D"}},
            {"not": {"field": "lead", "op": "contains", "value": "smith"}},
        ]
    },
    "sort": ["-start_datetime"],
}


class Condition(BaseModel):
    """One comparison (`field`, `op`, `value`), or `and` / `or` of several conditions, or `not` one.

    Dates may be relative: `{"last": "P7D"}` and `{"next": "P1M"}` are moments for `lt` to `gte`,
    and for `between` the time from there to now. A date alone is a day in `tz`.
    """

    model_config = ConfigDict(extra="forbid")

    field: FieldName | None = None
    op: Op | None = None
    value: Any = Field(default=None, description="A value of the field, or a list of them.")
    every: Annotated[list["Condition"] | None, Field(alias="and", min_length=1)] = None
    some: Annotated[list["Condition"] | None, Field(alias="or", min_length=1)] = None
    negated: Annotated["Condition | None", Field(alias="not")] = None

    @field_validator("op")
    @classmethod
    def _op_of_field(cls, op: str | None, info: ValidationInfo) -> str | None:
        field = info.data.get("field")
        if field is not None and op is not None and op not in OPS[field]:
            known = ", ".join(OPS[field])
            raise PydanticCustomError(
                "op", "{field} takes {known}", {"field": field, "known": known}
            )
        return op

    @field_validator("value")
    @classmethod
    def _value_of_field(cls, value: Any, info: ValidationInfo) -> Any:
        field, op = info.data.get("field"), info.data.get("op")
        return value if field is None or op is None else check_value(field, op, value)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        names = {"every": "and", "some": "or", "negated": "not"}
        given = {
            names.get(name, name)
            for name in self.model_fields_set
            if name == "value" or getattr(self, name) is not None
        }
        if len(given.intersection(_FORMS)) != 1:
            raise PydanticCustomError(
                "form", "{label} must have one of `field`, `and`, `or` and `not`"
            )
        expected = {"field", "op", "value"} if self.field else given.intersection(_FORMS)
        if self.op == "is_null":
            given.add("value")
        if given != expected:
            raise PydanticCustomError("form", "{label} must have `field`, `op` and `value`")
        return self

    @property
    def children(self) -> list["Condition"]:
        """The conditions directly below."""
        return [*(self.every or ()), *(self.some or ()), *((self.negated,) if self.negated else ())]

    @property
    def depth(self) -> int:
        """How many levels there are, this one included."""
        return 1 + max((child.depth for child in self.children), default=0)

    @property
    def leaves(self) -> list["Condition"]:
        """The comparisons at all levels."""
        if self.field is not None:
            return [self]
        return [leaf for child in self.children for leaf in child.leaves]


def _bounded(where: Condition | None) -> Condition | None:
    if where is None:
        return None
    if where.depth > MAX_DEPTH:
        raise ValueError(f"Conditions are nested more than {MAX_DEPTH} levels deep")
    if len(where.leaves) > MAX_LEAVES:
        raise ValueError(f"There are more than {MAX_LEAVES} comparisons")
    return where


def _readable(q: str | None) -> str | None:
    parse_words(q or "")
    return q


def _known(sort: list[str]) -> list[str]:
    if RELEVANCE in sort and len(sort) > 1:
        raise ValueError("relevance stands alone")
    parse_sort(",".join(sort))
    return sort


class Query(BaseModel):
    """What to look for, and in which order to show it: the form in which searches are stored."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    q: Annotated[
        Annotated[str, Field(max_length=100)] | None,
        BeforeValidator(clean_text),
        AfterValidator(_readable),
        Field(description="Words, as in `q` of the list."),
    ] = None
    where: Annotated[Condition | None, AfterValidator(_bounded)] = None
    sort: Annotated[
        list[str],
        Field(min_length=1, max_length=9, description="Fields, `-` for descending."),
        AfterValidator(_known),
    ] = ["-start_datetime"]
    tz: Annotated[ZoneName, Field(description="The zone that dates are read in.")] = "UTC"

    @property
    def named_sites(self) -> set[int]:
        """The sites that the conditions name."""
        leaves = self.where.leaves if self.where else []
        named = [leaf.value for leaf in leaves if leaf.field == "site_id"]
        return {
            site_id
            for value in named
            for site_id in (value if isinstance(value, list) else [value])
        }

    @property
    def is_relative(self) -> bool:
        """Whether it asks for times that depend on when it is asked."""
        leaves = self.where.leaves if self.where else []
        values = [
            value
            for leaf in leaves
            for value in (leaf.value if isinstance(leaf.value, list) else [leaf.value])
        ]
        return any(isinstance(value, dict) for value in values)


class SearchRequest(Query):
    """A search, and how to show what it finds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = 20
    cursor: Annotated[
        str | None, Field(max_length=4_000, description="The `next_cursor` of a page.")
    ] = None
    count: Annotated[Counting, Field(description="How the total is found out.")] = Counting.CAPPED
    include: Annotated[list[Related], Field(max_length=3)] = []
    facets: Annotated[
        list[Facet], Field(max_length=4, description="Counts of what was found.")
    ] = []
    highlight: bool = False
