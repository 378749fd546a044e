"""From rows to answers, with the sites and people that the caller asked to have included."""

from collections.abc import Sequence

from app.interactions import repository
from app.interactions.schemas import InteractionRead, Person, SiteName
from app.models import Interaction
from app.tenancy.session import ReadSession


def etag_of(row: Interaction) -> str:
    """The entity tag of an interaction: its version."""
    return f'"{row.version}"'


async def present(
    session: ReadSession, rows: Sequence[Interaction], include: frozenset[str]
) -> list[InteractionRead]:
    """The answers for a page of rows; one query for all sites and one for all people."""
    answers = [InteractionRead.model_validate(row) for row in rows]
    if "site" in include:
        sites = await repository.list_sites_by_id(session, {row.site_id for row in rows})
        for answer in answers:
            site = sites[answer.site_id]
            answer.site = SiteName(id=site.id, name=site.name)
    people = {"creator": "created_by", "updater": "updated_by"}
    asked = {field: source for field, source in people.items() if field in include}
    if asked:
        ids = {getattr(row, source) for row in rows for source in asked.values()}
        users = await repository.list_users_by_id(session, ids)
        for answer in answers:
            for field, source in asked.items():
                user = users[getattr(answer, source)]
                person = Person(id=user.id, full_name=user.full_name, is_active=user.is_active)
                setattr(answer, field, person)
    return answers


async def present_one(
    session: ReadSession, row: Interaction, include: frozenset[str] = frozenset()
) -> InteractionRead:
    """The answer for one row."""
    return (await present(session, [row], include))[0]
