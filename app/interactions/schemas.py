"""An interaction as it comes in and goes out."""

from datetime import datetime
from typing import Annotated, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    computed_field,
    field_validator,
)
from pydantic.config import JsonDict

from app.core.fields import SiteId
from app.core.page import Page
from app.core.vocabulary import InteractionType
from app.interactions import fields, rules
from app.interactions.fragments import Highlights

EXAMPLE: JsonDict = {
    "title": "Project Kickoff",
    "type": "MEETING",
    "lead": "John Smith",
    "start_datetime": "2026-06-12T10:00:00-04:00",
    "end_datetime": "2026-06-12T11:00:00-04:00",
    "timezone": "America/New_York",
    "location": "Conference Room A",
    "description": "Scope, dates and people of the project.",
    "notes": None,
    "external_id": None,
}


class InteractionContent(BaseModel):
    """What people write of an interaction.

    The time zone comes before the times: a time without an offset is read in it.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    title: fields.Title
    type: fields.Type
    lead: fields.Lead
    timezone: fields.Zone
    start_datetime: fields.Start
    end_datetime: fields.End
    location: fields.Location = None
    description: fields.Description
    notes: fields.Notes = None
    external_id: fields.ExternalId = None

    @field_validator("start_datetime", "end_datetime")
    @classmethod
    def _to_instant(cls, value: datetime, info: ValidationInfo) -> datetime:
        label = "Start date" if info.field_name == "start_datetime" else "End date"
        if zone := info.data.get("timezone"):
            return rules.instant_of(value, zone, label=label)
        return value  # the zone is refused, and with it the whole

    @field_validator("end_datetime")
    @classmethod
    def _after_start(cls, value: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start_datetime")
        if start is not None and "timezone" in info.data:
            rules.must_end_after_start(start, value)
        return value


class ConfidentialField(BaseModel):
    """What only the creator of an interaction and the site's admins may see and send."""

    confidential_notes: Annotated[
        fields.Notes,
        Field(
            description="Only for who created the interaction and for the site's admins: others "
            "are not shown it, may not send it, and leave it as it is."
        ),
    ] = None


class LegalHoldField(BaseModel):
    """What only the site's admins may change."""

    legal_hold: Annotated[
        bool,
        Strict(),
        Field(
            description="Keeps an interaction, and its history, from every purge and erasure. Only "
            "a site_admin changes it; left out, it stays as it is."
        ),
    ] = False


class InteractionCreate(ConfidentialField, InteractionContent):
    """A new interaction. `site_id` may be left out by a caller with one site."""

    model_config = ConfigDict(json_schema_extra={"example": {"site_id": 1, **EXAMPLE}})

    site_id: SiteId | None = None


def _read_only(description: str) -> object:
    return Field(default=None, json_schema_extra={"readOnly": True}, description=description)


class ReadOnlyFields(BaseModel):
    """What an answer tells besides the content; may be sent back as it was told."""

    id: Annotated[object, _read_only("Ignored when it is the current value.")]
    site_id: Annotated[object, _read_only("Ignored when it is the current value.")]
    duration_minutes: Annotated[object, _read_only("Ignored when it is the current value.")]
    version: Annotated[object, _read_only("Another one than the current is a 412.")]
    created_by: Annotated[object, _read_only("Ignored when it is the current value.")]
    created_at: Annotated[object, _read_only("Ignored when it is the current value.")]
    updated_by: Annotated[object, _read_only("Ignored when it is the current value.")]
    updated_at: Annotated[object, _read_only("Ignored when it is the current value.")]
    site: Annotated[object, _read_only("Ignored when it is the current value.")]
    creator: Annotated[object, _read_only("Ignored when it is the current value.")]
    updater: Annotated[object, _read_only("Ignored when it is the current value.")]

    @property
    def sent_back(self) -> dict[str, object]:
        """The read-only fields that the request holds."""
        return {
            name: getattr(self, name)
            for name in ReadOnlyFields.model_fields
            if name in self.model_fields_set
        }


class InteractionReplace(ReadOnlyFields, LegalHoldField, ConfidentialField, InteractionContent):
    """All of an interaction: an optional field that is missing becomes null."""


def _describe_patch(schema: JsonDict) -> None:
    """Show no defaults: a field that is left out is left as it is, whatever stands for it here."""
    for field in cast("dict[str, JsonDict]", schema["properties"]).values():
        field.pop("default", None)
    schema["example"] = {"location": "Room B", "notes": None}


class InteractionPatch(ReadOnlyFields, LegalHoldField, ConfidentialField):
    """A part of an interaction, as a JSON merge patch (RFC 7396): null empties a field."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_describe_patch)

    title: fields.Title = ""
    type: fields.Type = InteractionType.OTHER
    lead: fields.Lead = ""
    timezone: fields.Zone = ""
    start_datetime: fields.Start = rules.FIRST_MOMENT
    end_datetime: fields.End = rules.FIRST_MOMENT
    location: fields.Location = None
    description: fields.Description = ""
    notes: fields.Notes = None
    external_id: fields.ExternalId = None

    @property
    def changes(self) -> dict[str, object]:
        """The fields that the patch holds."""
        return {
            name: getattr(self, name)
            for name in InteractionContent.model_fields
            if name in self.model_fields_set
        }


class SiteName(BaseModel):
    """A site by name."""

    id: int
    name: str


class PersonName(BaseModel):
    """A person by name."""

    id: int
    full_name: str


class Person(PersonName):
    """A person by name, and whether they still work here."""

    is_active: bool


class InteractionRead(BaseModel):
    """An interaction; all times in UTC."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    site_id: int
    title: str
    type: InteractionType
    lead: str
    start_datetime: datetime
    end_datetime: datetime
    timezone: str
    location: str | None
    description: str
    notes: str | None
    external_id: str | None
    legal_hold: bool
    version: int
    created_by: int
    created_at: datetime
    updated_by: int
    updated_at: datetime
    confidential_notes: str | None = Field(
        default=None,
        description="Absent for all but its creator and the site's admins, and for them too while "
        "it cannot be decrypted; null when there are none.",
    )
    site: SiteName | None = Field(default=None, description="With `include=site`.")
    creator: Person | None = Field(default=None, description="With `include=creator`.")
    updater: Person | None = Field(default=None, description="With `include=updater`.")

    @computed_field  # type: ignore[prop-decorator]  # mypy's limitation, named in pydantic's docs
    @property
    def duration_minutes(self) -> int:
        """From start to end, in whole minutes."""
        return int((self.end_datetime - self.start_datetime).total_seconds() // 60)


class ListedInteraction(InteractionRead):
    """An interaction in a list, which can be that of the trash."""

    deleted_at: datetime | None = Field(default=None, description="With `deleted=true`.")
    purged_at: datetime | None = Field(
        default=None,
        description="With `deleted=true`: when it leaves the trash for good, unless its age makes "
        "it go sooner; null as long as it has a legal hold.",
    )


class InteractionPage(Page):
    """A page of interactions."""

    interactions: list[ListedInteraction]


class FoundInteraction(InteractionRead):
    """An interaction that a search found."""

    highlights: Highlights | None = Field(
        default=None, description="With `highlight`: where the words were found, by field."
    )


class FacetValue(BaseModel):
    """A value of a facet, and how many of what was found have it."""

    value: int | str
    count: int


class Hints(BaseModel):
    """What to ask instead, when nothing was found."""

    did_you_mean: str | None = Field(
        default=None, description="The query with words that there are."
    )
    drop: list[str] = Field(
        default=[], description="Conditions, any one of which would have to go to find something."
    )


class SearchPage(Page):
    """A page of what a search found."""

    interactions: list[FoundInteraction]
    facets: dict[str, list[FacetValue]] | None = Field(
        default=None, description="With `facets`: by facet, its most frequent values."
    )
    hints: Hints | None = Field(
        default=None, description="When nothing was found, and there is something to say."
    )


class TypeLabel(BaseModel):
    """A type, and what people call it."""

    value: InteractionType
    label: str


class TypeLabels(BaseModel):
    """All types."""

    types: list[TypeLabel]
