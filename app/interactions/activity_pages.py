"""Pages of what was changed at a site."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import AfterValidator

from app.core.cursor import Cursors
from app.core.direct_pool import OutOfTimeError, Row
from app.core.errors import BadRequest, QueryTooBroad
from app.core.fields import UserId
from app.core.http.parameter_group import parameter_group
from app.core.moments import first_instant, last_instant
from app.core.pagination import PageSize, link_to_next
from app.core.vocabulary import ChangeType, Role
from app.interactions import listing, rules
from app.interactions.activity import BEFORE_ALL, Place, Wanted, list_activity
from app.interactions.filters import readable_moment
from app.interactions.history_schemas import Activity, ActivityPage, OperationName
from app.interactions.schemas import PersonName
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot

Moment = Annotated[
    str | None,
    AfterValidator(readable_moment),
    Query(max_length=40, description="A date (a day in UTC), or a date and time.", examples=[]),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRequest:
    """All that the activity of a site can be asked for."""

    request: Request
    page_size: PageSize = 20
    cursor: Annotated[
        str | None, Query(max_length=4_000, description="The `next_cursor` of the page before.")
    ] = None
    changed_by: Annotated[UserId | None, Query(description="Who made the change.")] = None
    change_type: Annotated[
        list[ChangeType] | None, Query(max_length=4, description="Any of these; repeatable.")
    ] = None
    since: Moment = None
    until: Moment = None

    async def answer(self, response: Response, scope: SiteScope) -> ActivityPage:
        """The page of the changes at the one site of a scope.

        Raises:
            BadRequest: The period ends before it starts.
            InvalidCursor: The cursor was given for another question.
            QueryTooBroad: Too many changes of others would have to be passed over.
        """
        wanted, pool = self._wanted(), self.request.app.state.direct_pool
        try:
            async with snapshot(pool, scope, in_order=True) as seen:
                rows = await list_activity(seen, wanted, seconds=listing.SECONDS)
        except OutOfTimeError:
            raise QueryTooBroad from None
        shown, next_cursor = rows[: self.page_size], None
        if len(rows) > self.page_size:
            place = [shown[-1]["changed_at"], shown[-1]["id"]]
            next_cursor = Cursors.of(self.request).write(place)
            response.headers["Link"] = link_to_next(self.request.url, next_cursor)
        return ActivityPage(
            activity=[_present(row, scope) for row in shown],
            page_size=self.page_size,
            next_cursor=next_cursor,
        )

    def _wanted(self) -> Wanted:
        since = rules.FIRST_MOMENT if self.since is None else first_instant(self.since, "UTC")
        until = rules.LAST_MOMENT if self.until is None else last_instant(self.until, "UTC")
        if until < since:
            details: dict[str, object] = {"until": "until is before since"}
            raise BadRequest("Some parameters are not valid", details=details)
        return Wanted(
            limit=self.page_size + 1,  # one more tells whether there is a next page
            behind=self._place(),
            changed_by=self.changed_by,
            change_types=self.change_type or tuple(ChangeType),
            since=since,
            until=until,
        )

    def _place(self) -> Place:
        if self.cursor is None:
            return BEFORE_ALL
        at, change_id = Cursors.of(self.request).read(self.cursor)
        return datetime.fromisoformat(at), change_id


ActivityOf = Annotated[ActivityRequest, Depends(parameter_group(ActivityRequest))]


def _present(row: Row, scope: SiteScope) -> Activity:
    kind = row["kind"]
    return Activity(
        id=row["id"],
        interaction_id=row["interaction_id"],
        title=row["title"] if _may_read_history(row, scope) else None,
        version=row["version"],
        change_type=row["change_type"],
        changed_by=PersonName(id=row["changed_by"], full_name=row["full_name"]),
        changed_at=row["changed_at"],
        fields=sorted(row["fields"]),
        api_key_id=row["api_key_id"],
        operation=OperationName(id=row["operation_id"], kind=kind) if kind else None,
    )


def _may_read_history(row: Row, scope: SiteScope) -> bool:
    """Whether the history of the interaction that was changed is for the caller."""
    (role,) = scope.roles.values()
    if row["created_by"] is None:  # it is purged
        return role is Role.SITE_ADMIN
    return row["deleted_at"] is None or rules.may_read_history_of_deleted(
        role, user_id=scope.user_id, created_by=row["created_by"]
    )
