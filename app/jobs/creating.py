"""Asking for a background job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.log_context import logged_fields
from app.core.vocabulary import JobKind, Role
from app.models import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What is to be done, and for whom.

    Attributes:
        owner_id: Under whose access it runs, as that is by then.
        kind: What is done.
        parameters: With what: ids and words, nothing that is looked up.
        site_ids: The sites that it may be about.
        highest_role: The most that the credential allows which it is asked with; None: all.
        api_key_id: The key that it is asked with, if it is one: without it nothing is done.
    """

    owner_id: int
    kind: JobKind
    parameters: Mapping[str, object]
    site_ids: Sequence[int]
    highest_role: Role | None = None
    api_key_id: int | None = None


async def create_job(session: AsyncSession, new: NewJob) -> Job:
    """Write a job down. The worker learns of it when the transaction is committed."""
    row = Job(
        owner_id=new.owner_id,
        kind=new.kind.value,
        parameters=dict(new.parameters),
        site_ids=sorted(new.site_ids),
        highest_role=None if new.highest_role is None else new.highest_role.value,
        api_key_id=new.api_key_id,
        request_id=logged_fields().get("request_id"),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row
