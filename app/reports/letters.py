"""The letter that tells of a report that is ready: with a link, never with what is in it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.mail import Letter
from app.core.vocabulary import JobStatus
from app.models import Job, OutgoingMail, User

READY = """\
The report that you have scheduled at Interaction Management is ready:

{link}

It is kept until {until:%Y-%m-%d %H:%M} UTC. You need to be logged in, and to belong to the sites
that it is about.
"""


@dataclass(frozen=True, slots=True)
class ReportLetters:
    """Writes to people whose reports are ready.

    Attributes:
        service: Where people reach the service.
    """

    service: str

    async def ready(self, session: AsyncSession, mail: OutgoingMail) -> Letter | None:
        """To the owner, where they can be reached by now; nobody is told of what is gone."""
        statement = (
            select(Job, User.email)
            .join(User, User.id == Job.owner_id)
            .where(Job.id == mail.about_id, Job.status == JobStatus.SUCCEEDED.value, User.is_active)
        )
        found = (await session.execute(statement)).one_or_none()
        if found is None:
            return None
        row, address = found
        link = f"{self.service}/api/v1/reports/{row.id}/download"
        text = READY.format(link=link, until=row.expires_at)
        return Letter(address, "Your report is ready", text)
