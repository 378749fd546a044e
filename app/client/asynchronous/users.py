"""The people who may log in."""

from collections.abc import AsyncIterator

from app.client.asynchronous.operations import Operations
from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import UserCreate, UserPage, UserRead, UserReplace


class Users(Operations):
    """`/users`."""

    async def list_users(self, *, page: int = 1, page_size: int = 20) -> UserPage:
        """A page of the users whom the caller may see.

        Example:
            print((await client.list_users()).total)
        """
        query = {"page": page, "page_size": page_size}
        return await self._answer(UserPage, call("GET", "/users", query=query))

    def iter_users(self, *, page_size: int = 100) -> AsyncIterator[UserRead]:
        """All of them.

        Example:
            gone = [user.username async for user in client.iter_users() if not user.is_active]
        """
        return self._walk(self.list_users, lambda page: page.users, page_size=page_size)

    async def create_user(self, body: UserCreate | Json) -> UserRead:
        """Make a user; without a password they are invited by e-mail.

        Example:
            user = await client.create_user(
                {"username": new_name, "email": f"{new_name}@example.org", "full_name": "Emma"}
            )
        """
        return await self._answer(UserRead, call("POST", "/users", body=body))

    async def get_user(self, user_id: int) -> UserRead:
        """Read a user.

        Example:
            user = await client.get_user(user_id)
        """
        return await self._answer(UserRead, call("GET", "/users/{}", user_id))

    async def replace_user(self, user_id: int, body: UserReplace | Json) -> UserRead:
        """Replace what can be set of a user.

        Example:
            from app.client.schemas import UserReplace

            user = await client.get_user(user_id)
            content = UserReplace(
                username=user.username,
                email=user.email,
                full_name="Emma Editor",
                is_active=True,
                is_system_admin=False,
            )
            await client.replace_user(user_id, content)
        """
        return await self._answer(UserRead, call("PUT", "/users/{}", user_id, body=body))

    async def deactivate_user(self, user_id: int) -> None:
        """Keep a user from logging in; what they wrote stays.

        Example:
            await client.deactivate_user(user_id)
        """
        await self._send(call("DELETE", "/users/{}", user_id))
