"""What the audit can be asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from app.audit.record import Action
from app.core.errors import BadRequest
from app.core.fields import UserId
from app.core.http.suggestions import unknown_name
from app.core.moments import first_instant, last_instant
from app.core.vocabulary import ChangeType

CHANGE_ACTIONS = {
    ChangeType.CREATE: "interaction.created",
    ChangeType.UPDATE: "interaction.updated",
    ChangeType.DELETE: "interaction.deleted",
    ChangeType.RESTORE: "interaction.restored",
}
"""What the history of interactions is called in the audit."""

ACTIONS = frozenset({*(action.value for action in Action), *CHANGE_ACTIONS.values()})


def _known_action(name: str) -> str:
    if name not in ACTIONS:
        raise ValueError(unknown_name("action", name, ACTIONS))
    return name


def _readable_moment(text: str | None) -> str | None:
    if text is not None:
        first_instant(text, "UTC")
    return text


MomentText = Annotated[str | None, AfterValidator(_readable_moment)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """The filters, all of which have to hold."""

    user_id: Annotated[UserId | None, Query(description="Who did it.")] = None
    action: Annotated[
        list[Annotated[str, AfterValidator(_known_action)]] | None,
        Query(max_length=len(ACTIONS), description="Any of these; repeatable."),
    ] = None
    from_: Annotated[
        MomentText,
        Query(alias="from", max_length=40, description="A date (a day in UTC), or a time."),
    ] = None
    to: Annotated[MomentText, Query(max_length=40, description="Likewise, inclusive.")] = None

    def period(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last instant.

        Raises:
            BadRequest: It ends before it begins.
        """
        first = None if self.from_ is None else first_instant(self.from_, "UTC")
        last = None if self.to is None else last_instant(self.to, "UTC")
        if first is not None and last is not None and last < first:
            raise BadRequest("Some parameters are not valid", details={"to": "to is before from"})
        return first, last
