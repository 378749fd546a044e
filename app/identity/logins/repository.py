"""Statements about logins and the tokens that descend from them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.vocabulary import LoginKind, LoginMethod
from app.identity.logins.device import Device
from app.models import Login, PasswordCredential, Site, User
from app.tenancy.session import ReadSession


@dataclass(frozen=True, slots=True)
class LoginCandidate:
    """The account that a login names, before the password is looked at."""

    user_id: int
    is_active: bool
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogin:
    """A login that is about to be opened."""

    id: UUID
    kind: LoginKind
    method: LoginMethod
    secret_hash: bytes
    expires_at: datetime
    provider_session: str | None = None


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


async def create_login(
    session: AsyncSession, user_id: int, login: NewLogin, device: Device
) -> None:
    """Store a new login and note when it was."""
    session.add(
        Login(
            id=login.id,
            user_id=user_id,
            kind=login.kind.value,
            method=login.method.value,
            secret_hash=login.secret_hash,
            expires_at=login.expires_at,
            provider_session=login.provider_session,
            address=device.address,
            user_agent=device.user_agent,
        )
    )
    await session.execute(
        update(User)
        .where(User.id == user_id)
        .values(last_login_at=func.now(), updated_at=User.updated_at)
    )


async def lock_live_login(session: AsyncSession, login_id: UUID, kind: LoginKind) -> Login | None:
    """A login of a kind, held until the transaction ends; None when it is over or none."""
    statement = (
        select(Login)
        .join(User, User.id == Login.user_id)
        .where(
            Login.id == login_id,
            Login.kind == kind.value,  # a cookie's secret is no refresh token, nor the reverse
            Login.revoked_at.is_(None),
            Login.expires_at > func.now(),
            User.is_active,
        )
        .with_for_update(of=Login)
    )
    login: Login | None = await session.scalar(statement)
    return login


async def list_live_logins(session: AsyncSession, user_id: int) -> list[Login]:
    """The open logins of a user, the one used last first."""
    statement = (
        select(Login)
        .where(Login.user_id == user_id, Login.revoked_at.is_(None), Login.expires_at > func.now())
        .order_by(Login.last_used_at.desc(), Login.id)
    )
    return list(await session.scalars(statement))


async def revoke_logins(
    session: AsyncSession, user_id: int, *, only: UUID | None = None, keep: UUID | None = None
) -> int:
    """End a user's logins: all, `only` one, or all but the one to `keep`; answers how many."""
    is_meant = [Login.user_id == user_id, Login.revoked_at.is_(None), Login.expires_at > func.now()]
    if only is not None:
        is_meant.append(Login.id == only)
    if keep is not None:
        is_meant.append(Login.id != keep)
    result = await session.execute(
        update(Login).where(*is_meant).values(revoked_at=func.now()).returning(Login.id)
    )
    return len(result.all())


async def delete_expired_logins(session: AsyncSession) -> int:
    """Remove the logins that are over by time; answers how many."""
    result = await session.execute(
        delete(Login).where(Login.expires_at < func.now()).returning(Login.id)
    )
    return len(result.all())


async def list_site_names(session: ReadSession) -> dict[int, str]:
    """The names of the scope's sites by id, in the order of the names."""
    is_own = Site.id.in_(session.scope.site_ids)  # sites have no row-level security behind it
    statement = select(Site.id, Site.name).where(is_own).order_by(func.lower(Site.name))
    return dict((await session.execute(statement)).all())
