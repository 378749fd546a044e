"""From rows to answers, for the reads that are asked most: what the schema promises, as bytes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any

import orjson
from fastapi import Request, Response
from sqlalchemy import ARRAY, Integer, any_, bindparam, cast, func, select
from sqlalchemy.types import Text

from app.core.statement import compile_statement
from app.interactions.confidential import ConfidentialNotes
from app.interactions.finding.parameters import SITES
from app.models import Site, User
from app.tenancy.snapshot import Snapshot

Row = Mapping[str, Any]
Answer = dict[str, Any]

_COPIED = (
    "id",
    "site_id",
    "title",
    "type",
    "lead",
    "start_datetime",
    "end_datetime",
    "timezone",
    "location",
    "description",
    "notes",
    "external_id",
    "legal_hold",
    "version",
    "created_by",
    "created_at",
    "updated_by",
    "updated_at",
)
_copied = itemgetter(*_COPIED)
_MINUTE = timedelta(minutes=1)
_PEOPLE = {"creator": "created_by", "updater": "updated_by"}

_IDS = bindparam("ids", type_=ARRAY(Integer()))
_SITES = compile_statement(select(Site.id, Site.name).where(Site.id == any_(SITES)))
_USERS = compile_statement(
    select(User.id, User.full_name, User.is_active).where(User.id == any_(_IDS))
)
_NAMES = compile_statement(
    select(
        select(func.sum(func.hashtextextended(Site.name, Site.id)))
        .where(Site.id == any_(SITES))
        .scalar_subquery()
        .label("sites"),
        select(
            func.sum(func.hashtextextended(User.full_name + cast(User.is_active, Text()), User.id))
        )
        .scalar_subquery()
        .label("people"),
    )
)


def answer_of(row: Row, confidential: ConfidentialNotes) -> Answer:
    """The answer for a row."""
    answer: Answer = dict(zip(_COPIED, _copied(row), strict=True))
    answer["duration_minutes"] = (answer["end_datetime"] - answer["start_datetime"]) // _MINUTE
    answer |= confidential.shown(
        row["confidential_notes"],
        interaction_id=answer["id"],
        site_id=answer["site_id"],
        created_by=answer["created_by"],
    )
    return answer


async def include_names(
    snapshot: Snapshot, answers: Sequence[Answer], include: frozenset[str]
) -> None:
    """Add the sites and people that were asked for: a query for each, however many rows."""
    if "site" in include:
        sites = {row["id"]: dict(row) for row in await snapshot.fetch(_SITES)}
        for answer in answers:
            answer["site"] = sites[answer["site_id"]]
    asked = {field: source for field, source in _PEOPLE.items() if field in include}
    if asked:
        ids = list({answer[source] for answer in answers for source in asked.values()})
        users = {row["id"]: dict(row) for row in await snapshot.fetch(_USERS, {"ids": ids})}
        for answer in answers:
            for field, source in asked.items():
                answer[field] = users[answer[source]]


async def names_version(snapshot: Snapshot) -> list[object]:
    """What is another whenever a site or a person is called otherwise."""
    (row,) = await snapshot.fetch(_NAMES)
    return [str(row["sites"]), str(row["people"])]


def as_json(answer: Mapping[str, object]) -> bytes:
    """An answer as JSON; times are in UTC, with a Z."""
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)


def created_answer(request: Request, answer: Answer) -> Response:
    """The answer to whoever has recorded an interaction."""
    headers = {
        "Location": f"{request.scope['path']}/{answer['id']}",
        "ETag": f'"{answer["version"]}"',
    }
    return Response(as_json(answer), 201, media_type="application/json", headers=headers)
