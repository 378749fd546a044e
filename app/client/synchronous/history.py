# Made by `make client` from app/client/asynchronous/history.py: change that instead.

"""What was changed, and the way back."""

from collections.abc import Iterator, Sequence

from app.client.bodies import Json
from app.client.calls import call
from app.client.parameters import Moment
from app.client.schemas import (
    Activity,
    ActivityPage,
    Change,
    ChangeType,
    HistoryPage,
    InteractionRead,
    Restoration,
)
from app.client.synchronous.operations import Operations
from app.core.page import MAX_PAGE_SIZE


class History(Operations):
    """The history of interactions and of sites."""

    def list_interaction_history(
        self,
        interaction_id: int,
        *,
        field: str | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> HistoryPage:
        """A page of the changes of an interaction, newest first; with `field`, of that alone.

        Example:
            newest = client.list_interaction_history(interaction_id).history[0]
            print(newest.changed_by.full_name, newest.changes)
        """
        query = {"field": field, "page": page, "page_size": page_size}
        asked = call("GET", "/interactions/{}/history", interaction_id, query=query)
        return self._answer(HistoryPage, asked)

    def iter_interaction_history(
        self, interaction_id: int, *, field: str | None = None, page_size: int = 100
    ) -> Iterator[Change]:
        """All changes of an interaction, newest first.

        Example:
            for change in client.iter_interaction_history(interaction_id, field="title"):
                print(change.version, change.change_type, change.changes)
        """
        return self._walk(
            self.list_interaction_history,
            lambda page: page.history,
            interaction_id,
            field=field,
            page_size=page_size,
        )

    def restore_interaction(
        self,
        interaction_id: int,
        body: Restoration | Json | None = None,
        *,
        if_match: int | None = None,
    ) -> InteractionRead:
        """Take an interaction out of the trash, or back to what an earlier version was.

        Args:
            interaction_id: Which one.
            body: `{"version": 3}` brings the content of version 3 back as a new version.
            if_match: The `version` that was read.

        Raises:
            ConflictError: It is not in the trash, and no version is named.
            PreconditionFailedError: It has been changed since.

        Example:
            client.update_interaction(interaction_id, {"title": "Not what was meant"})
            client.restore_interaction(interaction_id, {"version": 1})
            client.delete_interaction(interaction_id)
            client.restore_interaction(interaction_id)
        """
        path = "/interactions/{}/restore"
        asked = call("POST", path, interaction_id, body=body, if_match=if_match)
        return self._answer(InteractionRead, asked)

    def list_site_activity(
        self,
        site_id: int,
        *,
        changed_by: int | None = None,
        change_type: Sequence[ChangeType | str] | ChangeType | str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        page_size: int = 20,
        cursor: str | None = None,
    ) -> ActivityPage:
        """What was changed at a site, newest first, in short; `next_cursor` leads on.

        Example:
            activity = client.list_site_activity(site_id, since="2026-01-01").activity
            print([f"{one.changed_by.full_name}: {one.title}" for one in activity])
        """
        query = {
            "changed_by": changed_by,
            "change_type": change_type,
            "since": since,
            "until": until,
            "page_size": page_size,
            "cursor": cursor,
        }
        asked = call("GET", "/sites/{}/activity", site_id, query=query)
        return self._answer(ActivityPage, asked)

    def iter_site_activity(
        self,
        site_id: int,
        *,
        changed_by: int | None = None,
        change_type: Sequence[ChangeType | str] | ChangeType | str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Iterator[Activity]:
        """All that was changed at a site, newest first, in short.

        Example:
            for one in client.iter_site_activity(site_id, change_type="DELETE"):
                print(one.changed_at, one.interaction_id, one.fields)
        """
        cursor: str | None = None
        while True:
            page = self.list_site_activity(
                site_id,
                changed_by=changed_by,
                change_type=change_type,
                since=since,
                until=until,
                page_size=MAX_PAGE_SIZE,
                cursor=cursor,
            )
            for one in page.activity:
                yield one
            if (cursor := page.next_cursor) is None:
                return
