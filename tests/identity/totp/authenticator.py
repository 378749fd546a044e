"""A phone with an authenticator app, and setting a second factor up with it."""

import time
from dataclasses import dataclass

import pyotp
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import User
from tests.factories import PASSWORD, Client


@dataclass(frozen=True, slots=True)
class Authenticator:
    """What makes codes of one secret."""

    secret: str

    def code(self, *, ahead: int = 0) -> str:
        """The code of now, or of some steps of 30 seconds later or earlier."""
        return pyotp.TOTP(self.secret).at(time.time(), counter_offset=ahead)

    def wrong_code(self) -> str:
        """A code that is not good around now."""
        near = {self.code(ahead=ahead) for ahead in range(-3, 4)}
        return next(code for code in map("{:06}".format, range(8)) if code not in near)


async def begin(client: Client) -> Authenticator:
    """Ask for a second factor and put its secret into the app."""
    response = await client.post("/auth/totp", json={"password": PASSWORD})
    assert response.status_code == 200, response.text
    return Authenticator(response.json()["secret"])


async def set_up(client: Client) -> Authenticator:
    """Give the client's user a second factor."""
    phone = await begin(client)
    response = await client.post("/auth/totp/confirm", json={"totp": phone.code()})
    assert response.status_code == 204, response.text
    return phone


async def let_codes_expire(engine: AsyncEngine, user: User) -> None:
    """Let the user's next code be one of a time after that of all codes used so far."""
    statement = text("UPDATE app.totp_credentials SET last_step = NULL WHERE user_id = :id")
    async with engine.begin() as connection:
        await connection.execute(statement, {"id": user.id})
