"""Who calls: a signed token, and the user and their sites out of the database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import OAuth2PasswordBearer
from jose import JWTError, jwt
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.references.idiomatic.models import Membership, Site, User

SECRET, ALGORITHM = "a secret of the benchmark alone", "HS256"
LIFETIME = timedelta(days=1)

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for one request."""
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The caller, and the sites of theirs."""

    user: User
    site_ids: list[int]


async def get_current_user(
    session: Session, token: Annotated[str, Depends(oauth2_scheme)]
) -> CurrentUser:
    """The user of the token."""
    try:
        claims = jwt.decode(token, SECRET, algorithms=[ALGORITHM])
    except JWTError as error:
        raise HTTPException(401, "Could not validate credentials") from error
    user = await session.get(User, int(claims["sub"]))
    if user is None or not user.is_active:
        raise HTTPException(401, "Could not validate credentials")
    own = select(Membership.site_id).where(Membership.user_id == user.id)
    sites = await session.scalars(select(Site.id) if user.is_system_admin else own)
    return CurrentUser(user, list(sites))


Current = Annotated[CurrentUser, Depends(get_current_user)]


def token_for(user_id: int) -> str:
    """A token as its login would give it."""
    claims = {"sub": str(user_id), "exp": datetime.now(UTC) + LIFETIME}
    return jwt.encode(claims, SECRET, algorithm=ALGORITHM)
