"""Creating or replacing an interaction by the key that another system has for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from app.core.database_errors import sqlstate_of
from app.core.errors import PreconditionFailed, Unavailable, ValidationFailed
from app.interactions import changing
from app.interactions.confidential import ConfidentialNotes
from app.interactions.creating import create_interaction
from app.interactions.preconditions import Precondition
from app.interactions.repository import lock_by_external_id
from app.interactions.schemas import InteractionReplace
from app.models import Interaction
from app.tenancy.session import WriteSession

TRIES = 5
_TAKEN = "23505"


@dataclass(frozen=True, slots=True)
class UpsertCondition:
    """What has to be there, or not, for anything to be done.

    Attributes:
        current: Which version may be replaced.
        is_for_old: Whether there has to be one.
        is_for_new: Whether there must be none.
    """

    current: Precondition
    is_for_old: bool
    is_for_new: bool

    def refuse_old(self) -> None:
        """Refuse what is there.

        Raises:
            PreconditionFailed: There was to be none.
        """
        if self.is_for_new:
            raise PreconditionFailed("There is an interaction with this external id")

    def refuse_new(self) -> None:
        """Refuse what is not there yet.

        Raises:
            PreconditionFailed: It was to be there.
            PreconditionRequired: A page does not say what it expects.
        """
        if self.is_for_old:
            raise PreconditionFailed("There is no interaction with this external id")
        if not self.is_for_new:
            self.current.require_named()


@dataclass(frozen=True, slots=True)
class Upsert:
    """An interaction as another system has it.

    Attributes:
        site_id: The site that it is of.
        external_id: Its key there.
        body: All of it.
        condition: Whether it may be new, or replace one.
    """

    site_id: int
    external_id: str
    body: InteractionReplace
    condition: UpsertCondition

    async def apply(
        self, session: WriteSession, confidential: ConfidentialNotes
    ) -> tuple[Interaction, bool]:
        """Create it, or replace the one that is there; tells whether it is new.

        Raises:
            AppError: A rule or the condition is against it.
            Unavailable: It came and went all the while.
        """
        for _ in range(TRIES):
            row = await lock_by_external_id(session, self.site_id, self.external_id)
            if row is not None:
                await self._replace(session, row, confidential)
                return row, False
            content = self._new_content(confidential)
            with _unless_somebody_was_faster():
                async with session.begin_nested():
                    return await create_interaction(session, self.site_id, content), True
        raise Unavailable("Others are writing the same interaction just now; try again")

    async def _replace(
        self, session: WriteSession, row: Interaction, confidential: ConfidentialNotes
    ) -> None:
        self.condition.refuse_old()
        await changing.replace_interaction(
            session, row, self.body, confidential=confidential, condition=self.condition.current
        )

    def _new_content(self, confidential: ConfidentialNotes) -> dict[str, object]:
        """What is stored when there is none.

        Raises:
            PreconditionFailed: There was to be one.
            ValidationFailed: The body has what only one that is there can have.
        """
        self.condition.refuse_new()
        sent = self.body.sent_back
        if "version" in sent:
            raise PreconditionFailed("There is no interaction with this external id")
        refused = {
            name: f"{name} is read-only"
            for name, value in sent.items()
            if name != "site_id" or value != self.site_id
        }
        if self.body.legal_hold:
            refused["legal_hold"] = "Legal hold can be set on what is there already"
        if refused:
            raise ValidationFailed(details=dict(refused))
        return changing.new_content(self.body, confidential, self.site_id)


def with_external_id(body: InteractionReplace, external_id: str) -> InteractionReplace:
    """A body with the key that it was sent to.

    Raises:
        ValidationFailed: It has another one.
    """
    if "external_id" in body.model_fields_set and body.external_id != external_id:
        message = "External id must be absent, or the one in the path"
        raise ValidationFailed(details={"external_id": message})
    return body.model_copy(update={"external_id": external_id})


@contextmanager
def _unless_somebody_was_faster() -> Iterator[None]:
    """Go on when another request has just made one with the same key."""
    try:
        yield
    except IntegrityError as error:
        if sqlstate_of(error) != _TAKEN:
            raise
