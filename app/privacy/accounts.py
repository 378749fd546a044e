"""Erasing an account: what is left of it is a number that others' records point to."""

from sqlalchemy import delete, func, select, update

from app.core.vocabulary import JobStatus
from app.jobs.repository import OPEN
from app.models import (
    ApiKey,
    ExternalIdentity,
    IdempotencyRecord,
    Import,
    Job,
    Login,
    Membership,
    OutgoingMail,
    PasswordCredential,
    PasswordLink,
    ReportSchedule,
    SavedSearch,
    TotpCredential,
    User,
)
from app.privacy.pattern import PLACEHOLDER
from app.tenancy.session import WriteSession

_GONE = (
    Login.user_id,
    PasswordLink.user_id,
    TotpCredential.user_id,
    ExternalIdentity.user_id,
    PasswordCredential.user_id,
    Membership.user_id,
    SavedSearch.owner_id,
    ReportSchedule.owner_id,
    IdempotencyRecord.owner_id,
)
"""What goes with an account, each by whose it is."""


async def erase_account(session: WriteSession, user_id: int) -> None:
    """Take a user's names and all ways to log in, in one transaction.

    The session's scope has to be all sites, for the memberships.
    """
    address = select(func.lower(User.email)).where(User.id == user_id).scalar_subquery()
    await session.execute(delete(OutgoingMail).where(func.lower(OutgoingMail.address) == address))
    for owner in _GONE:
        await session.execute(delete(owner.class_).where(owner == user_id))
    await session.execute(
        update(ApiKey)
        .where(ApiKey.owner_id == user_id)
        .values(name=PLACEHOLDER, revoked_at=func.coalesce(ApiKey.revoked_at, func.now()))
    )
    await _drop_jobs(session, user_id)
    await session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            username=f"erased-{user_id}",
            email=f"erased-{user_id}@erased.invalid",
            full_name=PLACEHOLDER,
            is_active=False,
            is_system_admin=False,
            last_login_at=None,
        )
    )


async def _drop_jobs(session: WriteSession, user_id: int) -> None:
    """End what a user still waits for, and let go of what was made for them."""
    is_theirs = Job.owner_id == user_id
    await session.execute(
        update(Job)
        .where(is_theirs, Job.status.in_(OPEN))
        .values(status=JobStatus.CANCELLED.value, finished_at=func.now())
    )
    await session.execute(
        update(Job)
        .where(is_theirs, Job.status == JobStatus.SUCCEEDED.value, Job.file_key.is_not(None))
        .values(status=JobStatus.EXPIRED.value, expires_at=func.now())
    )
    await session.execute(update(Job).where(is_theirs).values(parameters={}, file_name=None))
    await session.execute(
        update(Import)
        .where(Import.owner_id == user_id)
        .values(
            file_name=PLACEHOLDER,
            options={},
            reading=None,
            fault=None,
            check=None,
            result=None,
            expires_at=func.now(),
        )
    )
