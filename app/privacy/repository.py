"""Statements about requests, and about the user that one may be about."""

from sqlalchemy import BigInteger, func, literal, select

from app.core.errors import NotFound, ValidationFailed
from app.core.vocabulary import JobKind
from app.models import InteractionChange, Job, User
from app.privacy.pattern import is_a_name
from app.tenancy.session import ReadSession, WriteSession

KINDS = (JobKind.PRIVACY_EXPORT.value, JobKind.PRIVACY_ERASURE.value)


async def get_request(session: ReadSession, request_id: int) -> Job:
    """One of the caller's own requests.

    Raises:
        NotFound: There is none, or it is another's.
    """
    is_it = Job.id == literal(request_id, BigInteger())
    statement = select(Job).where(is_it, Job.owner_id == session.scope.user_id, Job.kind.in_(KINDS))
    row: Job | None = await session.scalar(statement)
    if row is None:
        raise NotFound("There is no such request")
    return row


async def require_user(session: ReadSession, user_id: int) -> None:
    """Refuse a user that there is not, and one who would be looked for by no name.

    Raises:
        ValidationFailed: There is none, or their full name is none.
    """
    name = await session.scalar(select(User.full_name).where(User.id == user_id))
    if name is None:
        raise ValidationFailed(details={"person": "There is no such user"})
    if not is_a_name(name):
        fault = "This user is erased, or has a full name that nobody is found by"
        raise ValidationFailed(details={"person": fault})


async def forget_name(session: WriteSession, job_id: int, placeholder: str) -> None:
    """Have a job say no more whose name it was about."""
    row = (await session.scalars(select(Job).where(Job.id == job_id))).one()
    row.parameters = row.parameters | {"person": placeholder}
    await session.flush()


async def count_rows(session: ReadSession) -> int:
    """How much there is to be gone through at the sites: their history, where each row is."""
    return await session.scalar(select(func.count()).select_from(InteractionChange)) or 0
