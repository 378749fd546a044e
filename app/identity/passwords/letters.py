"""The letters with a link that sets a password. The link's secret is made as each is written."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.config import Settings
from app.core.mail import Letter
from app.core.vocabulary import LinkKind
from app.identity.passwords import repository
from app.models import OutgoingMail

PAGE = "/account/password"
LIFETIMES = {LinkKind.RESET: timedelta(minutes=30), LinkKind.INVITATION: timedelta(days=7)}
MOST_RESETS = 3
RESETS_PERIOD = timedelta(hours=1)

RESET = """\
Somebody, you or another person, has asked to set a new password for your account at
Interaction Management, {service}

To choose one, open this link within 30 minutes. It works once, and only the newest one does.

{link}

If it was not you, you need not do anything: your password stays as it is.
"""

INVITATION = """\
You have been given an account at Interaction Management, {service}

To choose your password, open this link within 7 days. It works once.

{link}

You then log in with this e-mail address. When the link is over, ask for a new password there.
If you did not expect this, you need not do anything.
"""


@dataclass(frozen=True, slots=True)
class PasswordLetters:
    """Writes to people who have to set a password.

    Attributes:
        service: Where people reach the service.
    """

    service: str

    async def reset(self, session: AsyncSession, mail: OutgoingMail) -> Letter | None:
        """To whoever has asked for it: who has no account hears nothing, nor who has had enough."""
        user = await repository.lock_active_user(session, mail.address)
        if user is None:
            return None
        made = await repository.count_links(
            session, user.id, kind=LinkKind.RESET, period=RESETS_PERIOD
        )
        # One that is tried again has been counted before.
        if made >= MOST_RESETS and mail.attempts == 1:
            return None
        link = await self._link(session, user.id, LinkKind.RESET)
        text = RESET.format(service=self.service, link=link)
        return Letter(user.email, "Set a new password", text)

    async def invitation(self, session: AsyncSession, mail: OutgoingMail) -> Letter | None:
        """To a user who has just been made and has no password."""
        user = await repository.lock_active_user(session, mail.address)
        if user is None:
            return None
        link = await self._link(session, user.id, LinkKind.INVITATION)
        text = INVITATION.format(service=self.service, link=link)
        return Letter(user.email, "Your account at Interaction Management", text)

    async def _link(self, session: AsyncSession, user_id: int, kind: LinkKind) -> str:
        token = await repository.create_link(session, user_id, kind=kind, lifetime=LIFETIMES[kind])
        # Behind the #, which browsers send to nobody: it is in no log and no Referer.
        return f"{self.service}{PAGE}#token={token}"


def service_url(settings: Settings) -> str:
    """Where people reach the service: as the settings say, else where it listens."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port or 8000}"
