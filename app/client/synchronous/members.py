# Made by `make client` from app/client/asynchronous/members.py: change that instead.

"""Who holds which role at a site."""

from collections.abc import Iterator

from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import MemberCreate, MemberPage, MemberRead, RoleChange
from app.client.synchronous.operations import Operations


class Members(Operations):
    """`/sites/{site_id}/members`."""

    def list_members(self, site_id: int, *, page: int = 1, page_size: int = 20) -> MemberPage:
        """A page of the members of a site.

        Example:
            members = client.list_members(site_id).members
        """
        query = {"page": page, "page_size": page_size}
        return self._answer(MemberPage, call("GET", "/sites/{}/members", site_id, query=query))

    def iter_members(self, site_id: int, *, page_size: int = 100) -> Iterator[MemberRead]:
        """All members of a site.

        Example:
            roles = {one.username: one.role for one in client.iter_members(site_id)}
        """
        return self._walk(
            self.list_members, lambda page: page.members, site_id, page_size=page_size
        )

    def add_member(self, site_id: int, body: MemberCreate | Json) -> MemberRead:
        """Give a person a role at a site, by `user_id` or `email`.

        Example:
            client.add_member(site_id, {"user_id": user_id, "role": "editor"})
        """
        return self._answer(MemberRead, call("POST", "/sites/{}/members", site_id, body=body))

    def change_member(self, site_id: int, user_id: int, body: RoleChange | Json) -> MemberRead:
        """Give a member another role.

        Example:
            client.change_member(site_id, member_id, {"role": "viewer"})
        """
        asked = call("PUT", "/sites/{}/members/{}", site_id, user_id, body=body)
        return self._answer(MemberRead, asked)

    def remove_member(self, site_id: int, user_id: int) -> None:
        """Take a member their role.

        Example:
            client.remove_member(site_id, member_id)
        """
        self._send(call("DELETE", "/sites/{}/members/{}", site_id, user_id))
