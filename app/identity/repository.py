"""Statements about logins and the tokens that descend from them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.identity.refresh_token import RefreshToken
from app.models import PasswordCredential, Site, TokenFamily, User
from app.tenancy.session import ReadSession


@dataclass(frozen=True, slots=True)
class LoginCandidate:
    """The account that a login names, before the password is looked at."""

    user_id: int
    is_active: bool
    password_hash: str


async def find_login_candidate(session: AsyncSession, login: str) -> LoginCandidate | None:
    """The account with this user name or e-mail address, whatever the case."""
    statement = text("SELECT * FROM app.login_candidate(:login)")
    row = (await session.execute(statement, {"login": login})).one_or_none()
    return None if row is None else LoginCandidate(*row)


async def store_password_hash(session: AsyncSession, user_id: int, password_hash: str) -> None:
    """Replace a user's password hash."""
    await session.execute(
        update(PasswordCredential)
        .where(PasswordCredential.user_id == user_id)
        .values(password_hash=password_hash)
        .execution_options(synchronize_session=False)
    )


async def create_family(
    session: AsyncSession, user_id: int, token: RefreshToken, *, expires_at: datetime
) -> None:
    """Store a new login and note when it was."""
    session.add(
        TokenFamily(
            id=token.family_id,
            user_id=user_id,
            refresh_hash=token.digest,
            expires_at=expires_at,
        )
    )
    await session.execute(
        update(User)
        .where(User.id == user_id)
        .values(last_login_at=func.now(), updated_at=User.updated_at)
    )


async def lock_live_family(session: AsyncSession, family_id: UUID) -> TokenFamily | None:
    """The login, held until the transaction ends; None when it is over or was never there."""
    statement = (
        select(TokenFamily)
        .join(User, User.id == TokenFamily.user_id)
        .where(
            TokenFamily.id == family_id,
            TokenFamily.revoked_at.is_(None),
            TokenFamily.expires_at > func.now(),
            User.is_active,
        )
        .with_for_update(of=TokenFamily)
    )
    family: TokenFamily | None = await session.scalar(statement)
    return family


async def revoke_family(session: AsyncSession, family_id: UUID) -> None:
    """End one login."""
    await session.execute(
        update(TokenFamily)
        .where(TokenFamily.id == family_id, TokenFamily.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )


async def delete_expired_families(session: AsyncSession) -> int:
    """Remove the logins that are over by time; answers how many."""
    result = await session.execute(
        delete(TokenFamily).where(TokenFamily.expires_at < func.now()).returning(TokenFamily.id)
    )
    return len(result.all())


async def list_site_names(session: ReadSession) -> dict[int, str]:
    """The names of the scope's sites by id, in the order of the names."""
    is_own = Site.id.in_(session.scope.site_ids)  # sites have no row-level security behind it
    statement = select(Site.id, Site.name).where(is_own).order_by(func.lower(Site.name))
    return dict((await session.execute(statement)).all())
